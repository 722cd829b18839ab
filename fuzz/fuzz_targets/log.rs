#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| meibo_fuzz::check_log(data));
