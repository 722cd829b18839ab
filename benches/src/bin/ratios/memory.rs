//! Memory of this process, where the system tells of it as Linux does.

use std::fs;

/// Memory now and at its peak, in bytes.
pub(crate) struct Memory {
    pub(crate) now: u64,
    pub(crate) peak: u64,
}

pub(crate) fn now_and_peak() -> Option<Memory> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let kilobytes = |name: &str| -> Option<u64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse().ok()
    };
    Some(Memory { now: kilobytes("VmRSS:")? << 10, peak: kilobytes("VmHWM:")? << 10 })
}

/// Lets the peak begin anew at what is used now; where that is not allowed, it goes on rising.
pub(crate) fn forget_peak() {
    // The number is the kernel's name for this wish.
    let _ = fs::write("/proc/self/clear_refs", "5");
}
