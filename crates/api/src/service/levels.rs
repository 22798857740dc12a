use std::borrow::Cow;

use odata::query::{ExpandItem, Levels};

use super::expand::DEEPEST;
use crate::error::ApiError;

/// `$expand` with `$levels` written out (URL conventions 5.1.3.1): an item that repeats itself holds
/// itself as the last one that it expands, as often as it says. `max` is as deep as anything goes.
pub(super) fn unrolled(items: &[ExpandItem]) -> Result<Cow<'_, [ExpandItem]>, ApiError> {
    if items.iter().any(repeats) {
        Ok(Cow::Owned(level(items, DEEPEST)?))
    } else {
        Ok(Cow::Borrowed(items))
    }
}

fn repeats(item: &ExpandItem) -> bool {
    item.levels.is_some() || item.options.expand.iter().any(repeats)
}

/// Binding has bounded how deep items are nested, here and above.
fn level(items: &[ExpandItem], left: usize) -> Result<Vec<ExpandItem>, ApiError> {
    let mut written = Vec::with_capacity(items.len());
    for item in items {
        let mut item = item.clone();
        item.options.expand = level(&item.options.expand, left.saturating_sub(1))?;
        written.push(repeated(item, left)?);
    }
    Ok(written)
}

fn repeated(item: ExpandItem, left: usize) -> Result<ExpandItem, ApiError> {
    let Some(levels) = item.levels else { return Ok(item) };
    if item.options.expand.iter().any(|inner| inner.path == item.path) {
        return Err(ApiError::NotServed("$levels beside $expand of the same property".to_owned()));
    }
    let most = left.saturating_sub(height(&item.options.expand)).max(1);
    let times = match levels {
        Levels::Max => most,
        Levels::Number(number) => usize::try_from(number).unwrap_or(usize::MAX),
    };
    if times > most {
        return Err(ApiError::NotServed(format!("$levels of more than {most}")));
    }
    let once = ExpandItem { levels: None, ..item };
    let mut whole = once.clone();
    for _ in 1..times {
        let inner = std::mem::replace(&mut whole, once.clone());
        whole.options.expand.push(inner);
    }
    whole.levels = (times > 1).then_some(levels);
    Ok(whole)
}

/// Levels of items within items.
fn height(items: &[ExpandItem]) -> usize {
    items.iter().map(|item| 1 + height(&item.options.expand)).max().unwrap_or(0)
}
