use super::Item;
use super::error::BatchError;

/// An order in which every item comes after those it depends on; of those that may come next the
/// first in the batch does.
pub(super) fn order(items: &[Item]) -> Result<Vec<usize>, BatchError> {
    let mut order = Vec::with_capacity(items.len());
    let mut waiting: Vec<usize> = (0..items.len()).collect();
    while !waiting.is_empty() {
        let ready = waiting.iter().position(|place| {
            let item = items.get(*place);
            item.is_some_and(|item| item.depends_on.iter().all(|before| order.contains(before)))
        });
        match ready {
            Some(ready) => order.push(waiting.remove(ready)),
            None => return Err(BatchError::Cycle(circular(items, &waiting))),
        }
    }
    Ok(order)
}

/// An item of a circle: going back far enough from any item that waits leads into one.
fn circular(items: &[Item], waiting: &[usize]) -> String {
    let mut place = waiting.first().copied().unwrap_or_default();
    for _ in 0..items.len() {
        let before = items.get(place).map(|item| item.depends_on.as_slice()).unwrap_or_default();
        place = before.iter().copied().find(|before| waiting.contains(before)).unwrap_or(place);
    }
    items.get(place).map(|item| item.id.clone()).unwrap_or_default()
}
