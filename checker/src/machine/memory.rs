//! How this process keeps memory that it does not use.

/// Larger blocks go back to the system when they are freed.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const LARGE: libc::c_int = 256 << 10;

/// Threads share so many heaps.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const HEAPS: libc::c_int = 4;

/// Gives freed memory back early: each start of a program copies the page tables of this process, so
/// that megabytes kept from one check make every later one slower.
pub fn keep_little() {
    // glibc alone keeps what the largest check needed, once for each thread that ever ran.
    // SAFETY: sets numbers of the allocator; no allocation is touched.
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE);
        libc::mallopt(libc::M_TRIM_THRESHOLD, 2 * LARGE);
        libc::mallopt(libc::M_ARENA_MAX, HEAPS);
    }
}
