/// A service, by the path of its root.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum Root {
    /// /beta: Microsoft Graph's resource
    Beta,
    /// /connector/v1: what Graph leaves out
    Connector,
}

impl From<Root> for api::Root {
    fn from(root: Root) -> Self {
        match root {
            Root::Beta => Self::Beta,
            Root::Connector => Self::Connector,
        }
    }
}
