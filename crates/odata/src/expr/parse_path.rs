use super::ast::{Argument, Literal, Node, NodeKind, Step, StepKind};
use super::error::ExprError;
use super::lex::TokenKind;
use super::parse::Parser;

/// Paths and calls: steps joined by `/`, each a name, a variable or a name with parentheses.
impl Parser<'_> {
    pub(crate) fn path(&mut self) -> Result<Node, ExprError> {
        let at = self.token.at;
        let mut steps = Vec::new();
        let mut height = 0;
        loop {
            let step = self.step(steps.is_empty(), &mut height)?;
            steps.push(step);
            if self.token.is_mark('(') {
                steps.push(self.key(&mut height)?);
            }
            if !self.take_mark('/')? {
                return self.node(at, height + 1, NodeKind::Path(steps));
            }
            self.count()?;
        }
    }

    /// A key in parentheses after `$filter(…)` or a function, as a call without a name.
    fn key(&mut self, height: &mut usize) -> Result<Step, ExprError> {
        self.count()?;
        let at = self.token.at;
        let kind = self.call(String::new(), height)?;
        Ok(Step { at, kind })
    }

    pub(crate) fn step(&mut self, is_first: bool, height: &mut usize) -> Result<Step, ExprError> {
        if is_first && ["any", "all", "aggregate"].iter().any(|word| self.token.is_word(word)) {
            return self.lambda_or_property();
        }
        let token = self.advance()?;
        let called = self.token.is_mark('(');
        let kind = match token.kind {
            TokenKind::Name("aggregate") if called => {
                let aggregate = self.aggregate_call()?;
                *height = aggregate.operand.height.max(*height);
                StepKind::Aggregate(Box::new(aggregate))
            }
            TokenKind::Name(name) if called => self.call(name.to_owned(), height)?,
            TokenKind::Name(name) => StepKind::Name(name.to_owned()),
            TokenKind::At(name) => StepKind::At(name.to_owned()),
            TokenKind::Dollar("count") if called => self.count_options(height)?,
            TokenKind::Dollar("filter") if called => self.call("$filter".to_owned(), height)?,
            TokenKind::Dollar(name @ ("it" | "this" | "these" | "root" | "count")) => {
                StepKind::Dollar(format!("${name}"))
            }
            _ => {
                let found = if token.text.is_empty() {
                    "the end".to_owned()
                } else {
                    format!("'{}'", token.text.chars().take(50).collect::<String>())
                };
                let expected = "a property, a type or a function";
                return Err(ExprError::Syntax { position: token.at, found, expected });
            }
        };
        Ok(Step { at: token.at, kind })
    }

    /// `any`, `all` and `aggregate` need a collection before them; without parentheses they are names.
    fn lambda_or_property(&mut self) -> Result<Step, ExprError> {
        let token = self.advance()?;
        if self.token.is_mark('(') {
            if token.is_word("aggregate") {
                let (position, name) = (self.token.at, token.text.to_owned());
                return Err(ExprError::NotServed { position, name });
            }
            return Err(self.unexpected("a collection before it"));
        }
        Ok(Step { at: token.at, kind: StepKind::Name(token.text.to_owned()) })
    }

    fn call(&mut self, name: String, height: &mut usize) -> Result<StepKind, ExprError> {
        self.advance()?;
        let mut arguments = Vec::new();
        if name.eq_ignore_ascii_case("all") && self.token.is_mark(')') {
            return Err(self.unexpected("a variable and a condition"));
        }
        if !self.take_mark(')')? {
            loop {
                arguments.push(self.argument(height)?);
                if !self.take_mark(',')? {
                    self.expect(')')?;
                    break;
                }
            }
        }
        Ok(StepKind::Call { name, arguments })
    }

    fn argument(&mut self, height: &mut usize) -> Result<Argument, ExprError> {
        let left = self.expression(0)?;
        *height = left.height.max(*height);
        if self.take_mark(':')? {
            let right = self.expression(0)?;
            *height = right.height.max(*height);
            return Ok(Argument::Paired { left, right });
        }
        if !self.token.is_mark('=') {
            return Ok(Argument::Positional(left));
        }
        let NodeKind::Path(steps) = &left.kind else {
            return Err(self.unexpected("',' or ')'"));
        };
        let [Step { kind: StepKind::Name(name), .. }] = steps.as_slice() else {
            return Err(self.unexpected("',' or ')'"));
        };
        self.advance()?;
        let value = self.expression(0)?;
        *height = value.height.max(*height);
        Ok(Argument::Named { name: name.clone(), value })
    }

    /// `($filter=…;$search=…)` (rule `count` behind a collection). The text of `$search` has a
    /// grammar of its own and is kept as it is.
    fn count_options(&mut self, height: &mut usize) -> Result<StepKind, ExprError> {
        self.expect('(')?;
        let mut arguments = Vec::new();
        loop {
            let token = self.advance()?;
            let (TokenKind::Dollar(option) | TokenKind::Name(option)) = token.kind else {
                return Err(self.unexpected("$filter or $search"));
            };
            let value = if option.eq_ignore_ascii_case("search") && self.token.is_mark('=') {
                self.count_search()?
            } else if option.eq_ignore_ascii_case("filter") {
                self.expect('=')?;
                self.expression(0)?
            } else {
                return Err(self.unexpected("$filter or $search"));
            };
            *height = value.height.max(*height);
            arguments.push(Argument::Named { name: option.to_ascii_lowercase(), value });
            if !self.take_mark(';')? {
                self.expect(')')?;
                return Ok(StepKind::Call { name: "$count".to_owned(), arguments });
            }
        }
    }

    /// The text of `$search` up to the semicolon or the parenthesis that ends it.
    fn count_search(&mut self) -> Result<Node, ExprError> {
        let at = self.token.at;
        let text = self.search_option()?.trim_matches([' ', '\t']).to_owned();
        self.node(at, 1, NodeKind::Literal(Literal::String(text)))
    }
}
