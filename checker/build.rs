//! The translations are read by a macro, which cargo cannot see: builds again when one changes.

fn main() {
    println!("cargo::rerun-if-changed=locales");
}
