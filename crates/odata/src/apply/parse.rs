use super::{Extreme, Grouping, Pipeline, Transformation};
use crate::expr::{ExprError, Literal, Node, NodeKind, Parser, StepKind, TokenKind};
use crate::search;

/// Parses the value of `$apply` (rule `applyExpr` of the OData Aggregation ABNF 4.0).
///
/// Names of transformations are taken in their declared case, as the ABNF has them.
pub fn parse(text: &str) -> Result<Pipeline, ExprError> {
    let mut parser = Parser::new(text)?;
    let pipeline = parser.pipeline()?;
    parser.end()?;
    Ok(pipeline)
}

/// Where what follows the value of `$apply` at the beginning of a text begins.
pub(crate) fn parse_prefix(text: &str) -> Result<usize, ExprError> {
    let mut parser = Parser::new(text)?;
    parser.pipeline()?;
    Ok(parser.token.at)
}

impl Parser<'_> {
    pub(super) fn pipeline(&mut self) -> Result<Pipeline, ExprError> {
        self.begin_pipeline()?;
        let mut pipeline = vec![self.transformation()?];
        while self.take_mark('/')? {
            pipeline.push(self.transformation()?);
        }
        self.end_pipeline();
        Ok(pipeline)
    }

    /// Transformations that only pick and sort.
    pub(super) fn preserving(&mut self) -> Result<Pipeline, ExprError> {
        let position = self.token.at;
        let pipeline = self.pipeline()?;
        match pipeline.iter().find(|one| !one.preserves()) {
            None => Ok(pipeline),
            Some(other) => {
                let found = format!("'{}'", other.name());
                let expected = "a transformation that only picks or sorts";
                Err(ExprError::Syntax { position, found, expected })
            }
        }
    }

    fn transformation(&mut self) -> Result<Transformation, ExprError> {
        self.count()?;
        let TokenKind::Name(name) = self.token.kind else {
            return Err(self.unexpected("a transformation"));
        };
        if name == "identity" {
            self.advance()?;
            return Ok(Transformation::Identity);
        }
        if name.contains('.') {
            if !self.calls() {
                self.advance()?;
                return Err(self.unexpected("'('"));
            }
            return Ok(Transformation::Function(self.function()?));
        }
        if !is_transformation(name) {
            return Err(self.unexpected("a transformation"));
        }
        self.advance()?;
        if name == "search" {
            return self.search();
        }
        self.expect('(')?;
        let transformation = self.inside(name)?;
        self.expect(')')?;
        Ok(transformation)
    }

    fn function(&mut self) -> Result<Node, ExprError> {
        let (at, mut height) = (self.token.at, 0);
        let step = self.step(true, &mut height)?;
        self.node(at, height + 1, NodeKind::Path(vec![step]))
    }

    fn inside(&mut self, name: &str) -> Result<Transformation, ExprError> {
        if let Some(kind) = Extreme::ALL.into_iter().find(|kind| kind.name() == name) {
            let amount = self.expression(0)?;
            self.comma()?;
            return Ok(Transformation::Extreme { kind, amount, by: self.expression(0)? });
        }
        Ok(match name {
            "aggregate" => Transformation::Aggregate(self.aggregates()?),
            "groupby" => self.group_by()?,
            "filter" => Transformation::Filter(self.expression(0)?),
            "compute" => Transformation::Compute(self.computes()?),
            "orderby" => Transformation::OrderBy(self.order_items()?),
            "top" => Transformation::Top(self.number()?),
            "skip" => Transformation::Skip(self.number()?),
            "concat" => {
                let mut pipelines = vec![self.pipeline()?];
                self.comma()?;
                pipelines.push(self.pipeline()?);
                while self.take_mark(',')? {
                    pipelines.push(self.pipeline()?);
                }
                Transformation::Concat(pipelines)
            }
            "nest" => Transformation::Nest(self.results()?),
            "addnested" => {
                let path = self.property_path()?;
                self.comma()?;
                Transformation::AddNested { path, results: self.results()? }
            }
            "join" | "outerjoin" => self.join(name == "outerjoin")?,
            _ => return self.hierarchical(name),
        })
    }

    fn search(&mut self) -> Result<Transformation, ExprError> {
        if !self.token.is_mark('(') {
            return Err(self.unexpected("'('"));
        }
        let (at, text) = self.search_text()?;
        let parsed = search::parse(text).map_err(|error| {
            let position = at + error.position();
            error.moved_to(position)
        })?;
        self.expect(')')?;
        Ok(Transformation::Search(parsed))
    }

    fn group_by(&mut self) -> Result<Transformation, ExprError> {
        self.expect('(')?;
        let mut by = Vec::new();
        loop {
            by.push(self.grouping()?);
            if !self.take_mark(',')? {
                break;
            }
        }
        if !self.take_mark(')')? {
            return Err(self.unexpected("',' or ')'"));
        }
        let then = if self.take_mark(',')? { self.pipeline()? } else { Pipeline::new() };
        Ok(Transformation::GroupBy { by, then })
    }

    fn grouping(&mut self) -> Result<Grouping, ExprError> {
        match self.token.kind {
            TokenKind::Name("rollup") if self.calls() => {
                self.advance()?;
                self.expect('(')?;
                let mut levels = vec![self.level_path()?];
                while self.take_mark(',')? {
                    levels.push(self.property_path()?);
                }
                self.expect(')')?;
                Ok(Grouping::Rollup(levels))
            }
            TokenKind::Name("rolluprecursive") if self.calls() => self.rollup_recursive(),
            _ => Ok(Grouping::Property(self.property_path()?)),
        }
    }

    /// Properties and types between slashes, without calls.
    pub(super) fn property_path(&mut self) -> Result<Node, ExprError> {
        if !matches!(self.token.kind, TokenKind::Name(_)) {
            return Err(self.unexpected("a property"));
        }
        let node = self.path()?;
        let NodeKind::Path(steps) = &node.kind else { return Ok(node) };
        match steps.iter().find(|step| !matches!(step.kind, StepKind::Name(_))) {
            None => Ok(node),
            Some(step) => {
                let (found, expected) = ("something else".to_owned(), "a property");
                Err(ExprError::Syntax { position: step.at, found, expected })
            }
        }
    }

    fn level_path(&mut self) -> Result<Node, ExprError> {
        if let TokenKind::Dollar("all") = self.token.kind {
            let at = self.advance()?.at;
            let kind = StepKind::Dollar("$all".to_owned());
            return self.node(at, 1, NodeKind::Path(vec![crate::expr::Step { at, kind }]));
        }
        self.property_path()
    }

    fn computes(&mut self) -> Result<Vec<(Node, String)>, ExprError> {
        let mut items = Vec::new();
        loop {
            let node = self.expression(0)?;
            items.push((node, self.alias()?));
            if !self.take_mark(',')? {
                return Ok(items);
            }
        }
    }

    fn results(&mut self) -> Result<Vec<(Pipeline, String)>, ExprError> {
        let mut results = Vec::new();
        loop {
            let pipeline = self.pipeline()?;
            results.push((pipeline, self.alias()?));
            if !self.take_mark(',')? {
                return Ok(results);
            }
        }
    }

    fn join(&mut self, outer: bool) -> Result<Transformation, ExprError> {
        let property = self.property_path()?;
        let alias = self.alias()?;
        let then = if self.take_mark(',')? { self.pipeline()? } else { Pipeline::new() };
        Ok(Transformation::Join { outer, property, alias, then })
    }

    /// `as name`
    pub(super) fn alias(&mut self) -> Result<String, ExprError> {
        if !self.token.is_word("as") {
            return Err(self.unexpected("'as'"));
        }
        self.advance()?;
        match self.token.kind {
            TokenKind::Name(name) if !name.contains('.') => {
                self.advance()?;
                Ok(name.to_owned())
            }
            _ => Err(self.unexpected("a name")),
        }
    }

    pub(super) fn order_items(&mut self) -> Result<Vec<(Node, bool)>, ExprError> {
        let mut items = Vec::new();
        loop {
            let node = self.expression(0)?;
            let descending = self.token.is_word("desc");
            if descending || self.token.is_word("asc") {
                self.advance()?;
            }
            items.push((node, descending));
            if !self.take_mark(',')? {
                return Ok(items);
            }
        }
    }

    pub(super) fn number(&mut self) -> Result<u64, ExprError> {
        let number = match &self.token.kind {
            TokenKind::Literal(Literal::Int(number)) => u64::try_from(*number).ok(),
            _ => None,
        };
        match number {
            Some(number) if self.token.text.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.advance()?;
                Ok(number)
            }
            _ => Err(self.unexpected("a non-negative integer")),
        }
    }

    pub(super) fn comma(&mut self) -> Result<(), ExprError> {
        if self.take_mark(',')? { Ok(()) } else { Err(self.unexpected("','")) }
    }
}

pub(super) fn is_transformation(name: &str) -> bool {
    Extreme::ALL.into_iter().any(|kind| kind.name() == name)
        || matches!(
            name,
            "aggregate"
                | "groupby"
                | "filter"
                | "search"
                | "compute"
                | "orderby"
                | "top"
                | "skip"
                | "concat"
                | "identity"
                | "nest"
                | "addnested"
                | "join"
                | "outerjoin"
                | "ancestors"
                | "descendants"
                | "traverse"
        )
}
