//! Options that are lists of expressions with words behind them.

use super::ast::Node;
use super::error::ExprError;
use super::lex::TokenKind;
use super::parse::Parser;

/// Parses the value of `$orderby`: expressions, each with whether it is descending.
pub(super) fn parse_order_by(text: &str) -> Result<Vec<(Node, bool)>, ExprError> {
    let mut parser = Parser::new(text)?;
    let mut keys = Vec::new();
    loop {
        let node = parser.expression(0)?;
        let descending = parser.token.is_word("desc");
        if descending || parser.token.is_word("asc") {
            parser.advance()?;
        }
        keys.push((node, descending));
        if !parser.take_mark(',')? {
            parser.end()?;
            return Ok(keys);
        }
    }
}

/// One item of `$compute`.
pub(super) struct ComputeItem {
    pub(super) node: Node,
    pub(super) name: String,
    /// Characters before the name.
    pub(super) name_at: usize,
}

/// Parses the value of `$compute` (rule `compute` of the OData 4.01 ABNF).
pub(super) fn parse_compute(text: &str) -> Result<Vec<ComputeItem>, ExprError> {
    let mut parser = Parser::new(text)?;
    let mut items = Vec::new();
    loop {
        let node = parser.expression(0)?;
        if !parser.token.is_word("as") {
            return Err(parser.unexpected("an operator or 'as'"));
        }
        parser.advance()?;
        let name_at = parser.token.at;
        let name = match parser.token.kind {
            TokenKind::Name(name) if !name.contains('.') => name.to_owned(),
            _ => return Err(parser.unexpected("a name for the computed property")),
        };
        parser.advance()?;
        items.push(ComputeItem { node, name, name_at });
        if !parser.take_mark(',')? {
            parser.end()?;
            return Ok(items);
        }
    }
}
