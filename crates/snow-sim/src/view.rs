use std::sync::Arc;

use crate::settings::Settings;
use crate::world::World;

/// The rows, the switches and the time of one moment. Whoever has it reads while others write.
#[derive(Debug, Clone)]
pub(crate) struct View {
    pub(crate) world: World,
    pub(crate) settings: Arc<Settings>,
    pub(crate) now: i64,
}
