//! Rebuilds when the built web app changes; a missing folder is fine (the server then answers a plain page).

fn main() {
    println!("cargo::rerun-if-changed=../../web/dist");
}
