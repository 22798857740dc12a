use super::parse::is_transformation;
use super::{Grouping, Hierarchy, Pipeline, Relatives, Transformation};
use crate::expr::{ExprError, Parser, TokenKind};

impl Parser<'_> {
    pub(super) fn hierarchical(&mut self, name: &str) -> Result<Transformation, ExprError> {
        let hierarchy = self.hierarchy()?;
        self.comma()?;
        if name == "traverse" {
            return self.traverse(hierarchy);
        }
        let start = self.preserving()?;
        let (mut distance, mut keep_start) = (None, false);
        while self.take_mark(',')? {
            if keep_start {
                return Err(self.unexpected("')'"));
            }
            if self.token.is_word("keep") {
                self.advance()?;
                if !self.token.is_word("start") {
                    return Err(self.unexpected("'keep start'"));
                }
                self.advance()?;
                keep_start = true;
            } else if distance.is_none() {
                distance = Some(self.number()?);
            } else {
                return Err(self.unexpected("'keep start'"));
            }
        }
        let relatives = Relatives { hierarchy, start, distance, keep_start };
        Ok(if name == "ancestors" {
            Transformation::Ancestors(relatives)
        } else {
            Transformation::Descendants(relatives)
        })
    }

    pub(super) fn rollup_recursive(&mut self) -> Result<Grouping, ExprError> {
        self.advance()?;
        self.expect('(')?;
        let hierarchy = self.hierarchy()?;
        let start = if self.take_mark(',')? { self.preserving()? } else { Pipeline::new() };
        self.expect(')')?;
        Ok(Grouping::RollupRecursive { hierarchy, start })
    }

    fn traverse(&mut self, hierarchy: Hierarchy) -> Result<Transformation, ExprError> {
        let postorder = match self.token.kind {
            TokenKind::Name("preorder") => false,
            TokenKind::Name("postorder") => true,
            _ => return Err(self.unexpected("'preorder' or 'postorder'")),
        };
        self.advance()?;
        let (mut start, mut order_by) = (Pipeline::new(), Vec::new());
        if self.take_mark(',')? {
            let picks = match self.token.kind {
                TokenKind::Name("identity") => true,
                TokenKind::Name(name) => {
                    self.calls() && (is_transformation(name) || name.contains('.'))
                }
                _ => false,
            };
            if picks {
                start = self.preserving()?;
            }
            if !picks || self.take_mark(',')? {
                order_by = self.order_items()?;
            }
        }
        Ok(Transformation::Traverse { hierarchy, postorder, start, order_by })
    }

    fn hierarchy(&mut self) -> Result<Hierarchy, ExprError> {
        if !matches!(self.token.kind, TokenKind::Dollar("root")) {
            return Err(self.unexpected("'$root'"));
        }
        let nodes = self.path()?;
        self.comma()?;
        let qualifier = match self.token.kind {
            TokenKind::Name(name) if !name.contains('.') => name.to_owned(),
            _ => return Err(self.unexpected("the qualifier of a hierarchy")),
        };
        self.advance()?;
        self.comma()?;
        Ok(Hierarchy { nodes, qualifier, property: self.property_path()? })
    }
}
