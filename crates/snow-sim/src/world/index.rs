use std::collections::HashMap;
use std::sync::Arc;

/// Rows by the word that a column holds. Copies are cheap: they share its parts until one of them
/// changes one.
#[derive(Debug, Clone)]
pub(super) struct Index {
    parts: Vec<Arc<Part>>,
}

type Part = HashMap<u32, Vec<u32>>;

const PARTS: u32 = 1024;

impl Default for Index {
    fn default() -> Self {
        Self { parts: (0..PARTS).map(|_| Arc::default()).collect() }
    }
}

impl Index {
    pub(super) fn rows(&self, word: u32) -> &[u32] {
        let part = self.parts.get(place(word));
        part.and_then(|part| part.get(&word)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn add(&mut self, word: u32, row: u32) {
        if let Some(part) = self.part_mut(word) {
            part.entry(word).or_default().push(row);
        }
    }

    pub(super) fn remove(&mut self, word: u32, row: u32) {
        if let Some(rows) = self.part_mut(word).and_then(|part| part.get_mut(&word)) {
            rows.retain(|other| *other != row);
        }
    }

    fn part_mut(&mut self, word: u32) -> Option<&mut Part> {
        self.parts.get_mut(place(word)).map(Arc::make_mut)
    }
}

fn place(word: u32) -> usize {
    usize::try_from(word % PARTS).unwrap_or(0)
}
