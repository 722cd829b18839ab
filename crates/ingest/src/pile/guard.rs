//! Readers that are not ours, and may stop at bytes that nobody meant for them.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// True on a thread that is inside of such a reader: a panic there is caught and becomes an error of the file, so that a panic hook
/// has nothing to say of it.
pub fn is_guarded() -> bool {
    INSIDE.get()
}

/// What a reader gives; none where it panicked. It must not be asked again then.
pub(super) fn guarded<T>(read: impl FnOnce() -> T) -> Option<T> {
    INSIDE.set(true);
    let result = catch_unwind(AssertUnwindSafe(read));
    INSIDE.set(false);
    result.ok()
}
