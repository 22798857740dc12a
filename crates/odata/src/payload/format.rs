/// How a JSON answer is written: what the client and the service agreed on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Format {
    /// How much control information it carries.
    pub metadata: MetadataLevel,
    /// Int64 and Decimal numbers, the count included, are strings (JSON format 4.01 section 3.2).
    pub ieee754_compatible: bool,
}

/// Amount of control information (JSON format 4.01 section 3.1).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MetadataLevel {
    /// Only count and next link.
    None,
    /// What a client cannot compute.
    #[default]
    Minimal,
    /// Everything, for clients without the model.
    Full,
}

impl Format {
    /// The media type of the answer, with every parameter, in the order of Microsoft Graph.
    pub const fn content_type(self) -> &'static str {
        match (self.metadata, self.ieee754_compatible) {
            (MetadataLevel::None, false) => {
                "application/json;odata.metadata=none;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
            }
            (MetadataLevel::None, true) => {
                "application/json;odata.metadata=none;odata.streaming=true;IEEE754Compatible=true;charset=utf-8"
            }
            (MetadataLevel::Minimal, false) => {
                "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
            }
            (MetadataLevel::Minimal, true) => {
                "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=true;charset=utf-8"
            }
            (MetadataLevel::Full, false) => {
                "application/json;odata.metadata=full;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
            }
            (MetadataLevel::Full, true) => {
                "application/json;odata.metadata=full;odata.streaming=true;IEEE754Compatible=true;charset=utf-8"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header;

    #[test]
    fn content_type_negotiates_to_itself() {
        for metadata in [MetadataLevel::None, MetadataLevel::Minimal, MetadataLevel::Full] {
            for ieee754_compatible in [false, true] {
                let format = Format { metadata, ieee754_compatible };
                assert_eq!(header::negotiate(Some(format.content_type()), None), Ok(format));
            }
        }
    }
}
