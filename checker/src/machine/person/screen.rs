//! The terminal that standard output goes to.

use nix::libc::{STDOUT_FILENO, TIOCGWINSZ, winsize};

nix::ioctl_read_bad!(window_size, TIOCGWINSZ, winsize);

/// Its width in columns; none where standard output is no terminal, or does not know.
pub fn columns() -> Option<u16> {
    let mut size = winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: the kernel fills in a winsize, which lives here.
    unsafe { window_size(STDOUT_FILENO, &raw mut size) }.ok()?;
    (size.ws_col > 0).then_some(size.ws_col)
}
