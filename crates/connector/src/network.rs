use servicenow::{ClientCertificate, PrivateCa, Proxy, Timeouts};

/// What the network between here and the instances asks for.
#[derive(Debug, Clone, Default)]
pub struct Network {
    /// How long anything may take.
    pub timeouts: Timeouts,
    /// `egress.ca_file`
    pub private_ca: Option<PrivateCa>,
    /// `egress.client_certificate_file` and `egress.client_key_file`
    pub client_certificate: Option<ClientCertificate>,
    /// `egress.proxy`
    pub proxy: Option<Proxy>,
}
