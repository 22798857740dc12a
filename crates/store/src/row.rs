use std::vec;

use model::Timestamp;
use uuid::Uuid;

use crate::StoreError;

/// A value that is bound to `$n`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Param {
    Null,
    Integer(i64),
    Text(String),
    Blob(Vec<u8>),
}

/// A value that came back.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Null,
    Integer(i64),
    Text(String),
    Blob(Vec<u8>),
}

/// The cells of a row, read from left to right; each reader is given `table.column` to blame.
#[derive(Debug)]
pub(crate) struct Row(vec::IntoIter<Cell>);

impl Row {
    pub(crate) fn new(cells: Vec<Cell>) -> Self {
        Self(cells.into_iter())
    }

    /// As it is written to another database.
    pub(crate) fn into_params(self) -> Vec<Param> {
        self.0.map(Param::from).collect()
    }

    pub(crate) fn text(&mut self, column: &'static str) -> Result<String, StoreError> {
        self.optional_text(column)?.ok_or(StoreError::Corrupt { column })
    }

    pub(crate) fn optional_text(
        &mut self,
        column: &'static str,
    ) -> Result<Option<String>, StoreError> {
        match self.0.next() {
            Some(Cell::Text(text)) => Ok(Some(text)),
            Some(Cell::Null) => Ok(None),
            Some(Cell::Integer(_) | Cell::Blob(_)) | None => Err(StoreError::Corrupt { column }),
        }
    }

    pub(crate) fn integer(&mut self, column: &'static str) -> Result<i64, StoreError> {
        self.optional_integer(column)?.ok_or(StoreError::Corrupt { column })
    }

    pub(crate) fn optional_integer(
        &mut self,
        column: &'static str,
    ) -> Result<Option<i64>, StoreError> {
        match self.0.next() {
            Some(Cell::Integer(integer)) => Ok(Some(integer)),
            Some(Cell::Null) => Ok(None),
            Some(Cell::Text(_) | Cell::Blob(_)) | None => Err(StoreError::Corrupt { column }),
        }
    }

    pub(crate) fn blob(&mut self, column: &'static str) -> Result<Vec<u8>, StoreError> {
        self.optional_blob(column)?.ok_or(StoreError::Corrupt { column })
    }

    pub(crate) fn optional_blob(
        &mut self,
        column: &'static str,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        match self.0.next() {
            Some(Cell::Blob(bytes)) => Ok(Some(bytes)),
            Some(Cell::Null) => Ok(None),
            Some(Cell::Integer(_) | Cell::Text(_)) | None => Err(StoreError::Corrupt { column }),
        }
    }

    pub(crate) fn timestamp(&mut self, column: &'static str) -> Result<Timestamp, StoreError> {
        self.optional_timestamp(column)?.ok_or(StoreError::Corrupt { column })
    }

    pub(crate) fn optional_timestamp(
        &mut self,
        column: &'static str,
    ) -> Result<Option<Timestamp>, StoreError> {
        self.optional_integer(column)?
            .map(|ticks| Timestamp::from_ticks(ticks).ok_or(StoreError::Corrupt { column }))
            .transpose()
    }

    pub(crate) fn uuid(&mut self, column: &'static str) -> Result<Uuid, StoreError> {
        let text = self.text(column)?;
        Uuid::try_parse(&text).map_err(|_syntax| StoreError::Corrupt { column })
    }
}

impl From<Cell> for Param {
    fn from(cell: Cell) -> Self {
        match cell {
            Cell::Null => Self::Null,
            Cell::Integer(integer) => Self::Integer(integer),
            Cell::Text(text) => Self::Text(text),
            Cell::Blob(bytes) => Self::Blob(bytes),
        }
    }
}

impl From<i64> for Param {
    fn from(integer: i64) -> Self {
        Self::Integer(integer)
    }
}

impl From<Timestamp> for Param {
    fn from(at: Timestamp) -> Self {
        Self::Integer(at.ticks())
    }
}

impl From<&str> for Param {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Param {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Param {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<&[u8]> for Param {
    fn from(bytes: &[u8]) -> Self {
        Self::Blob(bytes.to_vec())
    }
}

impl<T: Into<Self>> From<Option<T>> for Param {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
