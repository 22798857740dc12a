use bytes::{Buf as _, Bytes};

use crate::answer::Failure;

/// The text of one JSON value, gathered until its end is seen. Whether it is good JSON inside is
/// for a parser to say.
#[derive(Debug, Default)]
pub(super) struct RawValue {
    bytes: Vec<u8>,
    depth: usize,
    quoted: bool,
    escaped: bool,
}

enum Step {
    Inside,
    Last,
    Behind,
}

impl RawValue {
    pub(super) fn is_begun(&self) -> bool {
        !self.bytes.is_empty()
    }

    /// Bytes that it has room for.
    #[cfg(test)]
    pub(super) fn room(&self) -> usize {
        self.bytes.capacity()
    }

    /// Takes what belongs to the value, and says whether it is whole.
    pub(super) fn take(&mut self, input: &mut Bytes, limit: usize) -> Result<bool, Failure> {
        let mut whole = false;
        let mut used = 0;
        for byte in input.iter() {
            let step = self.step(*byte, !self.is_begun() && used == 0);
            used += usize::from(!matches!(step, Step::Behind));
            if !matches!(step, Step::Inside) {
                whole = true;
                break;
            }
        }
        if self.bytes.len() + used > limit {
            return Err(Failure::TooLarge { limit });
        }
        self.bytes.extend_from_slice(input.get(..used).unwrap_or_default());
        input.advance(used);
        Ok(whole)
    }

    /// The text; the next value can begin.
    pub(super) fn finish(&mut self) -> Vec<u8> {
        std::mem::take(self).bytes
    }

    fn step(&mut self, byte: u8, first: bool) -> Step {
        if self.quoted {
            let ends = byte == b'"' && !self.escaped;
            self.escaped = byte == b'\\' && !self.escaped;
            self.quoted = !ends;
            return if ends && self.depth == 0 { Step::Last } else { Step::Inside };
        }
        let scalar = self.depth == 0 && !first;
        match byte {
            b',' | b':' | b']' | b'}' | b' ' | b'\t' | b'\r' | b'\n' if self.depth == 0 => {
                Step::Behind
            }
            _ if scalar => Step::Inside,
            b'"' => {
                self.quoted = true;
                Step::Inside
            }
            b'{' | b'[' => {
                self.depth += 1;
                Step::Inside
            }
            b'}' | b']' => {
                self.depth -= 1;
                if self.depth == 0 { Step::Last } else { Step::Inside }
            }
            _ => Step::Inside,
        }
    }
}
