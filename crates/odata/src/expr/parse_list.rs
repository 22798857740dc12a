use super::ast::{Node, NodeKind, Step, StepKind};
use super::error::ExprError;
use super::lex::TokenKind;
use super::parse::Parser;

/// Items that a list may have.
const MAX_LIST: usize = 1_000;

/// Lists of constants, and collections and objects in JSON.
impl Parser<'_> {
    pub(super) fn list(&mut self) -> Result<Node, ExprError> {
        let at = self.token.at;
        self.advance()?;
        if self.take_mark(')')? {
            return self.node(at, 1, NodeKind::List(Vec::new()));
        }
        let first = self.expression(0)?;
        // One expression in parentheses is no list, but may be a collection.
        if !first.is_constant() {
            self.expect(')')?;
            return Ok(first);
        }
        let items = self.more_items(first, ')')?;
        if let Some(item) = items.iter().find(|item| !item.is_constant()) {
            let (found, expected) = ("an expression".to_owned(), "a constant in the list");
            return Err(ExprError::Syntax { position: item.at, found, expected });
        }
        self.of_children(at, items, NodeKind::List)
    }

    pub(super) fn array(&mut self) -> Result<Node, ExprError> {
        let at = self.token.at;
        self.advance()?;
        let items = self.items(']')?;
        self.of_children(at, items, NodeKind::Array)
    }

    fn items(&mut self, close: char) -> Result<Vec<Node>, ExprError> {
        if self.take_mark(close)? {
            return Ok(Vec::new());
        }
        let first = self.expression(0)?;
        self.more_items(first, close)
    }

    fn more_items(&mut self, first: Node, close: char) -> Result<Vec<Node>, ExprError> {
        let mut items = vec![first];
        while self.take_mark(',')? {
            items.push(self.expression(0)?);
            if items.len() > MAX_LIST {
                return Err(self.too_complex("1000 items in a list"));
            }
        }
        self.expect(close)?;
        Ok(items)
    }

    pub(super) fn object(&mut self) -> Result<Node, ExprError> {
        let at = self.token.at;
        self.advance()?;
        let mut members = Vec::new();
        let mut height = 0;
        while !self.take_mark('}')? {
            if !members.is_empty() {
                self.expect(',')?;
            }
            let TokenKind::Json(name) = &self.token.kind else {
                return Err(self.unexpected("a member name between quotation marks"));
            };
            let name = name.clone();
            self.advance()?;
            self.expect(':')?;
            let value = self.expression(0)?;
            height = value.height.max(height);
            members.push((name, value));
        }
        self.node(at, height + 1, NodeKind::Object(members))
    }

    fn of_children(
        &mut self,
        at: usize,
        children: Vec<Node>,
        kind: fn(Vec<Node>) -> NodeKind,
    ) -> Result<Node, ExprError> {
        let height = children.iter().map(|child| child.height).max().unwrap_or_default();
        self.node(at, height + 1, kind(children))
    }
}

impl Node {
    /// Whether it is a literal or a parameter alias, which may stand for one.
    fn is_constant(&self) -> bool {
        match &self.kind {
            NodeKind::Literal(_) => true,
            NodeKind::Path(steps) => {
                matches!(steps.as_slice(), [Step { kind: StepKind::At(_), .. }])
            }
            _ => false,
        }
    }
}
