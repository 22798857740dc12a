//! House rules that no common tool checks.

mod conformance;
mod leftovers;
mod links;
mod manifests;
mod size;

pub(crate) use size::percentile;

use std::path::Path;

use anyhow::{Result, bail};

use crate::source;

/// Reports every breach of every rule at once.
pub(crate) fn check(root: &Path) -> Result<()> {
    let rust = source::rust_files(root)?;
    let mut breaches = size::breaches(&rust);
    breaches.extend(leftovers::breaches(&rust));
    breaches.extend(manifests::breaches(root)?);
    breaches.extend(links::breaches(root)?);
    breaches.extend(conformance::breaches(root, &rust)?);
    for breach in &breaches {
        println!("{breach}");
    }
    if !breaches.is_empty() {
        bail!("{} breaches of house rules", breaches.len());
    }
    println!("tidy: {} Rust files keep the house rules", rust.len());
    Ok(())
}
