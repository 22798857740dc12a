use super::ast::{Argument, Node, NodeKind, Step, StepKind};
use super::error::ExprError;
use super::lex::TokenKind;
use super::parse::Parser;

/// Paths and calls: steps joined by `/`, each a name, a variable or a name with parentheses.
impl Parser<'_> {
    pub(super) fn path(&mut self) -> Result<Node, ExprError> {
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

    fn step(&mut self, is_first: bool, height: &mut usize) -> Result<Step, ExprError> {
        if is_first && (self.token.is_word("any") || self.token.is_word("all")) {
            return self.lambda_or_property();
        }
        let token = self.advance()?;
        let called = self.token.is_mark('(');
        let kind = match token.kind {
            TokenKind::Name(name) if called => self.call(name.to_owned(), height)?,
            TokenKind::Name(name) => StepKind::Name(name.to_owned()),
            TokenKind::At(name) => StepKind::At(name.to_owned()),
            TokenKind::Dollar("count") if called => {
                self.skip_options()?;
                StepKind::Call { name: "$count".to_owned(), arguments: Vec::new() }
            }
            TokenKind::Dollar("filter") if called => self.call("$filter".to_owned(), height)?,
            TokenKind::Dollar(name @ ("it" | "this" | "root" | "count")) => {
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

    /// `any` and `all` need a collection before them; without parentheses they are names.
    fn lambda_or_property(&mut self) -> Result<Step, ExprError> {
        let token = self.advance()?;
        if self.token.is_mark('(') {
            return Err(self.unexpected("a collection before 'any' or 'all'"));
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

    /// Skips `($filter=…;$search=…)`: its texts have grammars of their own.
    fn skip_options(&mut self) -> Result<(), ExprError> {
        let mut open = 0_usize;
        loop {
            match self.token.kind {
                TokenKind::Mark('(') => open += 1,
                TokenKind::Mark(')') => open -= 1,
                TokenKind::End => return Err(self.unexpected("')'")),
                _ => {}
            }
            self.advance()?;
            if open == 0 {
                return Ok(());
            }
        }
    }
}
