use super::row::{Agent, AgentToken, SealedToken, select_agent_token};
use crate::operation::Operation;
use crate::row::Param;
use crate::seal::Sealer;
use crate::transaction::{Statement, Tx};
use crate::{Store, StoreError};

impl Store {
    /// What an agent signed in with.
    pub async fn load_agent_token(&self, agent: Agent) -> Result<Option<AgentToken>, StoreError> {
        let load = move |sealer: Sealer| async move {
            let sealed = self.backend().point(Load(agent)).await?;
            sealed.map(|sealed| sealed.open(&sealer, &agent.key())).transpose()
        };
        self.with_sealer(load).await
    }
}

struct Load(Agent);

impl Operation for Load {
    type Output = Option<SealedToken>;
    type Error = StoreError;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<SealedToken>, StoreError> {
        let rows = tx.query(&LOAD_AGENT_TOKEN, &self.0.key().map(Param::from)).await?;
        rows.into_iter().next().map(SealedToken::try_from).transpose()
    }
}

pub(crate) const LOAD_AGENT_TOKEN: Statement = Statement::new(select_agent_token!(""));
