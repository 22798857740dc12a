//! Types of rows and of complex values: casts and `isof`.

use odata::edm::TypeName;
use odata::expr::{PropertyPath, Root, TypeCast};
use odata::value::Value;

use super::ColumnKind;
use super::relation::{Resolved, subquery};
use super::translator::{NotServed, Translator, not_served};

impl Translator<'_> {
    /// Only rows, or complex values, of a type.
    pub(super) fn narrowed(
        &mut self,
        mut at: Resolved,
        cast: &TypeCast,
    ) -> Result<Resolved, NotServed> {
        let Some(types) = at.table.types.as_ref().filter(|_| at.rest.is_empty()) else {
            let in_vain = at.table.casts.contains(&cast.ty.to_string().as_str());
            return if in_vain { Ok(at) } else { not_served(cast.ty.to_string()) };
        };
        let kinds = types.each.iter().filter(|row| cast.admits(&row.ty)).map(|row| row.kind);
        let kinds: Vec<_> = kinds.collect();
        if let Some(join) = at.joins.last_mut() {
            let column = format!("{}.{}", at.alias, types.column);
            let is_one = self.is_one_of(&column, &kinds)?;
            join.condition = format!("{} AND {is_one}", join.condition);
        } else {
            let column = self.named(&at.alias, types.column);
            let is_one = self.is_one_of(&column, &kinds)?;
            at.guard = Some(match at.guard {
                Some(guard) => format!("({guard} AND {is_one})"),
                None => is_one,
            });
        }
        Ok(at)
    }

    fn is_one_of(&mut self, column: &str, kinds: &[&str]) -> Result<String, NotServed> {
        let kinds = kinds.iter().map(|kind| Ok(self.literal(&Value::String((*kind).into()))?.sql));
        let kinds = kinds.collect::<Result<Vec<_>, NotServed>>()?;
        if kinds.is_empty() {
            return Ok("FALSE".to_owned());
        }
        Ok(format!("({column} IN ({}))", kinds.join(", ")))
    }

    /// Whether the row, or what a path leads to, is of one of these types; never null.
    pub(super) fn is_of(
        &mut self,
        operand: Option<&PropertyPath>,
        types: &[TypeName],
    ) -> Result<String, NotServed> {
        let resolved = match operand {
            Some(path) => self.resolve(path)?,
            None => self.begin(Root::It).ok_or_else(|| NotServed("isof".to_owned()))?,
        };
        let Some((first, others)) = types.split_first() else { return Ok("FALSE".to_owned()) };
        if !resolved.rest.is_empty() {
            return self.is_of_complex(&resolved, types);
        }
        if resolved.table.types.is_none() {
            return not_served(format!("isof {first}"));
        }
        let cast = TypeCast { ty: first.clone(), derived: others.to_vec() };
        let resolved = self.narrowed(resolved, &cast)?;
        let exists = || format!("EXISTS {}", subquery("1", &resolved.joins, None));
        Ok(match (&resolved.guard, resolved.joins.is_empty()) {
            (Some(guard), true) => guard.clone(),
            (Some(guard), false) => format!("({guard} AND {})", exists()),
            (None, _) => exists(),
        })
    }

    /// Where only one type can stand there, null is no value of it.
    fn is_of_complex(&self, resolved: &Resolved, types: &[TypeName]) -> Result<String, NotServed> {
        let column = resolved.column()?;
        let ([only], ColumnKind::Presence, [], None) =
            (resolved.table.casts, column.kind, resolved.joins.as_slice(), &resolved.guard)
        else {
            return not_served("isof");
        };
        if types.iter().any(|ty| ty.to_string() == *only) {
            Ok(format!("({} IS NOT NULL)", self.named(&resolved.alias, column.sql)))
        } else {
            Ok("FALSE".to_owned())
        }
    }
}
