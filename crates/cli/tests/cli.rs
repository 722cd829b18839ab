//! The command line as users script against it: each case is a file of commands with what they print and how they
//! exit.

#[test]
fn cases() {
    trycmd::TestCases::new().case("tests/cmd/*.trycmd").case("tests/cmd/*.toml");
}
