use odata::edm::TypeName;
use odata::value::{Structured, Value};

/// What the translator knows of a table whose rows are filtered, sorted and paged.
///
/// Every such table has a column `tenant_id`, which is not described.
#[derive(Debug)]
pub struct Table {
    /// Its name in SQL.
    pub name: &'static str,
    /// The properties, each by its path.
    pub columns: &'static [Column],
    /// Paths of the properties that identify a row within the tenant; they break ties.
    pub key: &'static [&'static str],
    /// Derived types that a path may name in vain: the columns behind are null for other types.
    pub casts: &'static [&'static str],
    /// How a row tells its type, where there are rows of several.
    pub types: Option<RowTypes>,
    /// Navigation properties and collections, whose rows are in other tables.
    pub relations: &'static [Relation],
    /// Where the words of each row are. Without it nothing is found by `$search`.
    pub search: Option<Searched>,
}

/// Where the words of rows are.
#[derive(Debug, Clone, Copy)]
pub struct Searched {
    /// The column, without nulls: a [`SearchText`](odata::search::SearchText) which is written
    /// whenever the row is.
    pub column: &'static str,
    /// An index that leads to the rows with a word, if there is one. In SQLite it is a table of FTS5
    /// of that name, whose rows have the `rowid` of those that they are about; in PostgreSQL one of
    /// an expression, whatever its name.
    pub index: Option<&'static str>,
}

impl Searched {
    /// Words that are looked for in each row.
    pub const fn walked(column: &'static str) -> Self {
        Self { column, index: None }
    }
}

/// The types of the rows of a table, told by a column of text that is never null.
#[derive(Debug)]
pub struct RowTypes {
    /// The column.
    pub column: &'static str,
    /// Every type that rows are of; no abstract ones.
    pub each: &'static [RowType],
}

/// A type that rows are of.
#[derive(Debug)]
pub struct RowType {
    /// What the column holds then.
    pub kind: &'static str,
    /// The type.
    pub ty: TypeName,
    /// Paths of those of its properties that rows of some other type lack. The columns, those
    /// behind the path too, are null for other rows.
    pub own: &'static [&'static str],
}

impl RowTypes {
    /// Whether rows of that type have the property that a path begins with.
    pub(crate) fn has(&self, ty: &RowType, path: &str) -> bool {
        let first = path.split('/').next().unwrap_or_default();
        let owns = |ty: &RowType| ty.own.contains(&first);
        owns(ty) || !self.each.iter().any(owns)
    }
}

impl Table {
    /// The values of the key of an entity.
    pub fn key_of(&self, entity: &Structured) -> Vec<Value> {
        let part = |name: &&str| entity.property(name).cloned().unwrap_or(Value::Null);
        self.key.iter().map(part).collect()
    }
}

/// Rows of another table, of the same tenant, that belong to a row.
#[derive(Debug)]
pub struct Relation {
    /// Declared names from the entity on, joined by `/`.
    pub path: &'static str,
    /// Where the rows are. The items of a collection of primitive values have one column whose
    /// path is empty.
    pub target: &'static Table,
    /// Columns that are equal, of the one table and of the target.
    pub on: &'static [(&'static str, &'static str)],
    /// Whether the rows are items of a collection; otherwise there is one of them at most.
    pub many: bool,
}

/// A property and the column that holds it.
#[derive(Debug)]
pub struct Column {
    /// Declared names from the entity on, joined by `/`, without casts.
    pub path: &'static str,
    /// The name in SQL.
    pub sql: &'static str,
    /// What it holds.
    pub kind: ColumnKind,
    /// Whether it may be null.
    pub nullable: bool,
}

/// What a column holds and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Edm.String.
    Text,
    /// Edm.Guid as lower-case text.
    Guid,
    /// Edm.Boolean as 0 and 1.
    Boolean,
    /// Edm.Byte, `SByte`, Int16 and Int32.
    Int32,
    /// Edm.Int64.
    Int64,
    /// A member of an enumeration by its value.
    Enum,
    /// Edm.DateTimeOffset as ticks of 100 ns since the year 1.
    Timestamp,
    /// Edm.Date as days since the year 1.
    Date,
    /// Edm.TimeOfDay as ticks of 100 ns since midnight.
    TimeOfDay,
    /// Edm.Duration as ticks of 100 ns.
    Duration,
    /// Edm.Decimal as an integer that counts its last digit.
    Decimal {
        /// Digits behind the point.
        scale: u32,
    },
    /// Edm.Double and Edm.Single as the integer of [`double_code`](crate::double_code).
    Double,
    /// Edm.Binary as bytes.
    Binary,
    /// A complex value that is null if the column is, whatever it holds.
    Presence,
}
