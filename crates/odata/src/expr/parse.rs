use super::ast::{Literal, Node, NodeKind, Operator};
use super::error::ExprError;
use super::lex::{Lexer, Token, TokenKind};
use super::power;

/// Levels that an expression may be nested.
pub(super) const MAX_DEPTH: usize = 100;
/// Operands, operators other than `and` and `or`, and path steps that an expression may have.
pub(super) const MAX_NODES: usize = 2_000;
/// Levels that pipelines of `$apply` may be nested. Each takes several times the stack that a level
/// of an expression takes.
const MAX_PIPELINES: usize = 20;

/// Parses an expression by the rule `commonExpr` of the OData 4.01 ABNF, operators and literals in
/// any case, with the precedence of URL conventions section 5.1.1.
///
/// Knows no model: names are not looked up. Fails with [`ExprError::Syntax`],
/// [`ExprError::BadLiteral`] or [`ExprError::TooComplex`].
pub fn parse(text: &str) -> Result<Node, ExprError> {
    let mut parser = Parser::new(text)?;
    let node = parser.expression(0)?;
    parser.end()?;
    Ok(node)
}

/// Parses what a parameter alias stands for, which may be a list too.
pub(super) fn parse_value(text: &str) -> Result<Node, ExprError> {
    parse(text).or_else(|error| {
        let mut parser = Parser::new(text)?;
        if !parser.token.is_mark('(') {
            return Err(error);
        }
        let node = parser.list()?;
        parser.end()?;
        Ok(node)
    })
}

/// Parses the expression that a text begins with; also gives where what follows it begins.
pub(crate) fn parse_prefix(text: &str) -> Result<(Node, usize), ExprError> {
    let mut parser = Parser::new(text)?;
    let node = parser.expression(0)?;
    Ok((node, parser.token.at))
}

#[derive(Debug, Clone, Copy)]
enum Infix {
    And,
    Or,
    Binary(Operator),
}

pub(crate) struct Parser<'t> {
    lexer: Lexer<'t>,
    pub(crate) token: Token<'t>,
    depth: usize,
    /// Pipelines of `$apply` that the present place is in.
    pipelines: usize,
    nodes: usize,
}

impl<'t> Parser<'t> {
    pub(crate) fn new(text: &'t str) -> Result<Self, ExprError> {
        let mut lexer = Lexer::new(text);
        let token = lexer.next()?;
        Ok(Self { lexer, token, depth: 0, pipelines: 0, nodes: 0 })
    }

    /// An expression whose operators bind at least as tightly as `least`.
    pub(crate) fn expression(&mut self, least: u8) -> Result<Node, ExprError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.too_complex("100 levels"));
        }
        let mut left = self.prefix()?;
        while let Some((infix, power)) = self.infix().filter(|(_, power)| *power >= least) {
            self.advance()?;
            left = match infix {
                Infix::And | Infix::Or => {
                    let right = self.expression(power + 1)?;
                    self.chain(infix, left, right)?
                }
                Infix::Binary(op) => {
                    let is_list = op == Operator::In && self.token.is_mark('(');
                    let right = if is_list { self.list()? } else { self.expression(power + 1)? };
                    let height = 1 + left.height.max(right.height);
                    let (at, left, right) = (left.at, Box::new(left), Box::new(right));
                    self.node(at, height, NodeKind::Binary { op, left, right })?
                }
            };
        }
        self.depth -= 1;
        Ok(left)
    }

    fn prefix(&mut self) -> Result<Node, ExprError> {
        let at = self.token.at;
        match &self.token.kind {
            TokenKind::Literal(_) | TokenKind::Json(_) => self.literal(),
            TokenKind::Mark('(') => {
                self.advance()?;
                let inner = self.expression(0)?;
                self.expect(')')?;
                Ok(inner)
            }
            TokenKind::Mark('-') => {
                self.advance()?;
                let operand = self.expression(power::UNARY)?;
                self.node(at, operand.height + 1, NodeKind::Negate(Box::new(operand)))
            }
            TokenKind::Mark('[') => self.array(),
            TokenKind::Mark('{') => self.object(),
            TokenKind::Name(_) if self.token.is_word("not") => {
                self.advance()?;
                let operand = self.expression(power::UNARY)?;
                self.node(at, operand.height + 1, NodeKind::Not(Box::new(operand)))
            }
            TokenKind::Name(_) | TokenKind::Dollar(_) | TokenKind::At(_) => self.path(),
            TokenKind::Mark(_) | TokenKind::End => Err(self.unexpected("an operand")),
        }
    }

    fn infix(&self) -> Option<(Infix, u8)> {
        let TokenKind::Name(word) = self.token.kind else { return None };
        let op = match word.to_ascii_lowercase().as_str() {
            "or" => return Some((Infix::Or, power::OR)),
            "and" => return Some((Infix::And, power::AND)),
            "eq" => Operator::Eq,
            "ne" => Operator::Ne,
            "gt" => Operator::Gt,
            "ge" => Operator::Ge,
            "lt" => Operator::Lt,
            "le" => Operator::Le,
            "add" => Operator::Add,
            "sub" => Operator::Sub,
            "mul" => Operator::Mul,
            "div" => Operator::Div,
            "divby" => Operator::DivBy,
            "mod" => Operator::Mod,
            "has" => Operator::Has,
            "in" => Operator::In,
            _ => return None,
        };
        Some((Infix::Binary(op), op.power()))
    }

    /// Joins to one flat chain, so that a thousand conditions are not a thousand levels.
    fn chain(&mut self, infix: Infix, left: Node, right: Node) -> Result<Node, ExprError> {
        let at = left.at;
        let mut operands = Vec::new();
        let mut height = 0;
        for node in [left, right] {
            match (infix, node.kind) {
                (Infix::And, NodeKind::And(more)) | (Infix::Or, NodeKind::Or(more)) => {
                    height = node.height.max(height);
                    if operands.is_empty() {
                        operands = more;
                    } else {
                        operands.extend(more);
                    }
                }
                (_, kind) => {
                    height = height.max(node.height + 1);
                    operands.push(Node { kind, ..node });
                }
            }
        }
        let kind = if matches!(infix, Infix::And) {
            NodeKind::And(operands)
        } else {
            NodeKind::Or(operands)
        };
        self.level(at, height, kind)
    }

    fn literal(&mut self) -> Result<Node, ExprError> {
        let token = self.advance()?;
        let literal = match token.kind {
            TokenKind::Literal(literal) => literal,
            TokenKind::Json(text) => Literal::String(text),
            _ => Literal::Null,
        };
        self.node(token.at, 1, NodeKind::Literal(literal))
    }

    pub(crate) fn node(
        &mut self,
        at: usize,
        height: usize,
        kind: NodeKind,
    ) -> Result<Node, ExprError> {
        self.count()?;
        self.level(at, height, kind)
    }

    /// A node that is not counted because its parts are.
    fn level(&self, at: usize, height: usize, kind: NodeKind) -> Result<Node, ExprError> {
        if height > MAX_DEPTH {
            return Err(self.too_complex("100 levels"));
        }
        Ok(Node { at, kind, height })
    }

    pub(crate) fn count(&mut self) -> Result<(), ExprError> {
        self.nodes += 1;
        if self.nodes > MAX_NODES { Err(self.too_complex("2000 parts")) } else { Ok(()) }
    }

    pub(crate) fn end(&self) -> Result<(), ExprError> {
        match self.token.kind {
            TokenKind::End => Ok(()),
            _ => Err(self.unexpected("an operator or the end")),
        }
    }

    /// Goes one level down; to be met by [`Self::shallower`].
    pub(crate) fn deeper(&mut self) -> Result<(), ExprError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(self.too_complex("100 levels")) } else { Ok(()) }
    }

    pub(crate) const fn shallower(&mut self) {
        self.depth -= 1;
    }

    /// Goes into a pipeline; to be met by [`Self::end_pipeline`].
    pub(crate) fn begin_pipeline(&mut self) -> Result<(), ExprError> {
        self.pipelines += 1;
        if self.pipelines > MAX_PIPELINES {
            return Err(self.too_complex("20 transformations within each other"));
        }
        Ok(())
    }

    pub(crate) const fn end_pipeline(&mut self) {
        self.pipelines -= 1;
    }

    /// Whether a `(` follows the token.
    pub(crate) fn calls(&self) -> bool {
        self.lexer.is_before('(')
    }

    /// At a `(`: what stands before the `)` that belongs to it, and where; a search has a grammar
    /// of its own.
    pub(crate) fn search_text(&mut self) -> Result<(usize, &'t str), ExprError> {
        let found = self.lexer.search_text(None);
        self.advance()?;
        Ok(found)
    }

    /// Steps over the token and hands it out.
    pub(crate) fn advance(&mut self) -> Result<Token<'t>, ExprError> {
        let next = self.lexer.next()?;
        Ok(std::mem::replace(&mut self.token, next))
    }

    /// At a `=`: what stands before the `;` or `)` that ends it, which comes next.
    pub(super) fn search_option(&mut self) -> Result<&'t str, ExprError> {
        let (_, text) = self.lexer.search_text(Some(';'));
        self.advance()?;
        Ok(text)
    }

    pub(crate) fn take_mark(&mut self, mark: char) -> Result<bool, ExprError> {
        let found = self.token.is_mark(mark);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    pub(crate) fn expect(&mut self, mark: char) -> Result<(), ExprError> {
        if self.take_mark(mark)? {
            return Ok(());
        }
        Err(self.unexpected(match mark {
            ')' => "an operator or ')'",
            ']' => "',' or ']'",
            '=' => "'='",
            '(' => "'('",
            ':' => "':'",
            _ => "',' or '}'",
        }))
    }

    pub(crate) fn unexpected(&self, expected: &'static str) -> ExprError {
        let found = match self.token.text {
            "" => "the end".to_owned(),
            text => format!("'{}'", text.chars().take(50).collect::<String>()),
        };
        ExprError::Syntax { position: self.token.at, found, expected }
    }

    pub(super) const fn too_complex(&self, limit: &'static str) -> ExprError {
        ExprError::TooComplex { position: self.token.at, limit }
    }
}

impl Token<'_> {
    pub(crate) fn is_mark(&self, mark: char) -> bool {
        self.kind == TokenKind::Mark(mark)
    }

    pub(crate) fn is_word(&self, word: &str) -> bool {
        matches!(self.kind, TokenKind::Name(name) if name.eq_ignore_ascii_case(word))
    }
}
