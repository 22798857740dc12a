use crate::header::Version;

/// How a JSON answer is written: what the client and the service agreed on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Format {
    /// How much control information it carries.
    pub metadata: MetadataLevel,
    /// Int64 and Decimal numbers, the count included, are strings (JSON format 4.01 section 3.2).
    pub ieee754_compatible: bool,
    /// In 4.01 control information has no prefix (JSON format 4.01 section 4.5).
    pub version: Version,
    /// Properties that are null are left out (protocol section 8.2.8.6).
    pub omit_nulls: bool,
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

/// Text of a media type whose parameters have the prefix.
macro_rules! media_type {
    ($prefix:literal, $format:expr) => {
        match ($format.metadata, $format.ieee754_compatible) {
            (MetadataLevel::None, false) => media_type!($prefix, "none", "false"),
            (MetadataLevel::None, true) => media_type!($prefix, "none", "true"),
            (MetadataLevel::Minimal, false) => media_type!($prefix, "minimal", "false"),
            (MetadataLevel::Minimal, true) => media_type!($prefix, "minimal", "true"),
            (MetadataLevel::Full, false) => media_type!($prefix, "full", "false"),
            (MetadataLevel::Full, true) => media_type!($prefix, "full", "true"),
        }
    };
    ($prefix:literal, $level:literal, $ieee754:literal) => {
        concat!(
            "application/json;",
            $prefix,
            "metadata=",
            $level,
            ";",
            $prefix,
            "streaming=true;",
            "IEEE754Compatible=",
            $ieee754,
            ";charset=utf-8"
        )
    };
}

impl Format {
    /// The media type of the answer, with every parameter, in the order of Microsoft Graph.
    pub const fn content_type(self) -> &'static str {
        match self.version {
            Version::V4_0 => media_type!("odata.", self),
            Version::V4_01 => media_type!("", self),
        }
    }

    /// What stands before the name of control information.
    pub(crate) const fn control_prefix(self) -> &'static str {
        match self.version {
            Version::V4_0 => "@odata.",
            Version::V4_01 => "@",
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
                let format = Format { metadata, ieee754_compatible, ..Format::default() };
                assert_eq!(header::negotiate(Some(format.content_type()), None), Ok(format));
                let newer = Format { version: Version::V4_01, ..format };
                assert_eq!(header::negotiate(Some(newer.content_type()), None), Ok(format));
            }
        }
    }
}
