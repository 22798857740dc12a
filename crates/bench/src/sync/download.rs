use anyhow::Result;

use super::instance::Instance;
use super::spent::Spent;

/// Asks for the same pages one after the other and throws them away; answers what it took, and the
/// bytes that came.
pub(super) async fn again(instance: &Instance, pages: &[String]) -> Result<(Spent, u64)> {
    let (begun, mut spent, mut bytes) = (Spent::begin()?, Spent::default(), 0);
    for page in pages {
        bytes += instance.page(page).await?;
    }
    spent.add(&begun)?;
    Ok((spent, bytes))
}
