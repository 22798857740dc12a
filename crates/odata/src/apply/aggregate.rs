use super::{Aggregate, From};
use crate::expr::{ExprError, Node, NodeKind, Parser, StepKind, TokenKind};

impl Parser<'_> {
    pub(super) fn aggregates(&mut self) -> Result<Vec<Aggregate>, ExprError> {
        let mut items = Vec::new();
        loop {
            let (aggregate, is_named) = self.unnamed_aggregate()?;
            let needs_name = is_named || self.token.is_word("as");
            let alias = if needs_name { Some(self.alias()?) } else { None };
            items.push(Aggregate { alias, ..aggregate });
            if !self.take_mark(',')? {
                return Ok(items);
            }
        }
    }

    /// `aggregate(…)` behind a collection in an expression (rule `aggregateFunctionExpr`), from its
    /// parenthesis on.
    pub(crate) fn aggregate_call(&mut self) -> Result<Aggregate, ExprError> {
        self.expect('(')?;
        self.deeper()?;
        let (aggregate, _) = self.unnamed_aggregate()?;
        self.shallower();
        self.expect(')')?;
        Ok(aggregate)
    }

    /// All but the name; also whether a name must follow where there are several.
    fn unnamed_aggregate(&mut self) -> Result<(Aggregate, bool), ExprError> {
        let operand = self.expression(0)?;
        let kind = operand_kind(&operand);
        let with = match kind {
            Operand::Count => None,
            Operand::Path | Operand::Other => self.with()?,
        };
        if kind == Operand::Other && with.is_none() {
            return Err(self.unexpected("'with'"));
        }
        // Only a custom aggregate is aggregated without a method.
        let is_custom = kind == Operand::Path && with.is_none();
        let mut from = Vec::new();
        while self.token.is_word("from") {
            self.advance()?;
            let mut properties = vec![self.property_path()?];
            while self.take_mark(',')? {
                properties.push(self.property_path()?);
            }
            let with = self.with()?;
            if with.is_none() && !is_custom {
                return Err(self.unexpected("'with'"));
            }
            from.push(From { properties, with });
        }
        let is_named = !is_custom || !from.is_empty();
        Ok((Aggregate { operand, with, from, alias: None }, is_named))
    }

    fn with(&mut self) -> Result<Option<String>, ExprError> {
        if !self.token.is_word("with") {
            return Ok(None);
        }
        self.advance()?;
        match self.token.kind {
            TokenKind::Name(name)
                if name.contains('.')
                    || matches!(name, "sum" | "min" | "max" | "average" | "countdistinct") =>
            {
                self.advance()?;
                Ok(Some(name.to_owned()))
            }
            _ => Err(self.unexpected(
                "sum, min, max, average, countdistinct or the name of a method with a dot",
            )),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operand {
    /// `$count`, or a path that ends in it.
    Count,
    /// A path of names.
    Path,
    Other,
}

fn operand_kind(node: &Node) -> Operand {
    let NodeKind::Path(steps) = &node.kind else { return Operand::Other };
    let Some((last, before)) = steps.split_last() else { return Operand::Other };
    let names = before.iter().all(|step| matches!(step.kind, StepKind::Name(_)));
    match &last.kind {
        StepKind::Dollar(name) if names && name == "$count" => Operand::Count,
        StepKind::Name(_) if names => Operand::Path,
        _ => Operand::Other,
    }
}
