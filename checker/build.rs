//! What cargo cannot see by itself: builds again when a translation or an embedded lab is new or has changed.

fn main() {
    println!("cargo::rerun-if-changed=locales");
    let is_set = |name: &str, value: &str| std::env::var(name).is_ok_and(|set| set == value);
    // Elsewhere they are read from the repository, see machine/disk/official.rs.
    if is_set("PROFILE", "release") || is_set("CARGO_FEATURE_EMBED", "1") {
        for embedded in ["../labs.yaml", "../exercises", "../solutions"] {
            println!("cargo::rerun-if-changed={embedded}");
        }
    }
}
