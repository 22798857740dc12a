use std::sync::Arc;

/// A list of which copies are cheap: they share its pieces until one of them changes one.
#[derive(Debug, Clone)]
pub(crate) struct Chunked<T> {
    /// All but the last are full.
    pieces: Vec<Arc<Vec<T>>>,
    length: usize,
}

/// Entries of a full piece.
const PIECE: usize = 4096;

impl<T: Clone> Chunked<T> {
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    pub(crate) fn get(&self, at: usize) -> Option<&T> {
        self.pieces.get(at / PIECE)?.get(at % PIECE)
    }

    pub(crate) fn get_mut(&mut self, at: usize) -> Option<&mut T> {
        Arc::make_mut(self.pieces.get_mut(at / PIECE)?).get_mut(at % PIECE)
    }

    pub(crate) fn push(&mut self, entry: T) {
        if self.length.is_multiple_of(PIECE) {
            self.pieces.push(Arc::default());
        }
        if let Some(last) = self.pieces.last_mut() {
            Arc::make_mut(last).push(entry);
        }
        self.length += 1;
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.pieces.iter().flat_map(|piece| piece.iter())
    }
}

impl<T> Default for Chunked<T> {
    fn default() -> Self {
        Self { pieces: Vec::new(), length: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_share_what_neither_changes() {
        let mut list = Chunked::default();
        (0..=PIECE * 2).for_each(|number| list.push(number));
        assert_eq!((list.len(), list.pieces.len()), (PIECE * 2 + 1, 3));
        assert!(list.iter().copied().eq(0..=PIECE * 2));
        let copy = list.clone();
        if let Some(entry) = list.get_mut(PIECE) {
            *entry = 7;
        }
        assert_eq!((list.get(PIECE), copy.get(PIECE)), (Some(&7), Some(&PIECE)));
        let shared = |(one, other): (&Arc<_>, &Arc<_>)| Arc::ptr_eq(one, other);
        let shared: Vec<bool> = list.pieces.iter().zip(&copy.pieces).map(shared).collect();
        assert_eq!(shared, [true, false, true]);
        list.push(8);
        assert_eq!((list.get(PIECE * 2 + 1), copy.get(PIECE * 2 + 1)), (Some(&8), None));
        assert_eq!(copy.get(usize::MAX), None);
    }
}
