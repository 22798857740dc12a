use std::fs::File;
use std::io::{IsTerminal as _, Read, stdin};
use std::path::Path;

use anyhow::{Context as _, bail};
use model::CredentialMember;
use secrecy::{ExposeSecret as _, SecretString};

/// Where secrets come from; never from an argument, which other users of the machine can see.
pub(super) enum Secrets {
    /// Somebody who types.
    Terminal,
    /// One a line.
    Lines(SecretString),
}

impl Secrets {
    /// Those in the file, or else on standard input.
    pub(super) fn of(file: Option<&Path>) -> anyhow::Result<Self> {
        if file.is_none() && stdin().is_terminal() {
            return Ok(Self::Terminal);
        }
        whole(file).map(Self::Lines)
    }

    /// Reads these and no more.
    pub(super) fn read(
        &self,
        members: &[CredentialMember],
    ) -> anyhow::Result<Vec<(CredentialMember, SecretString)>> {
        match self {
            Self::Terminal => members.iter().map(|member| Ok((*member, typed(*member)?))).collect(),
            Self::Lines(text) => split(text, members),
        }
    }
}

/// All of the file, or else of standard input.
pub(super) fn whole(file: Option<&Path>) -> anyhow::Result<SecretString> {
    match file {
        Some(path) => {
            let read = File::open(path).and_then(text);
            read.with_context(|| format!("cannot read {}", path.display()))
        }
        None => text(stdin().lock()).context("cannot read standard input"),
    }
}

/// More than any credential.
const MAX_BYTES: u64 = 64 << 10;

fn text(source: impl Read) -> std::io::Result<SecretString> {
    let mut text = String::new();
    source.take(MAX_BYTES).read_to_string(&mut text)?;
    Ok(text.into())
}

/// Waits for a line of the terminal, which does not show what is typed.
fn typed(member: CredentialMember) -> anyhow::Result<SecretString> {
    let line = rpassword::prompt_password(format!("{}: ", member.name()));
    Ok(line.context("cannot read from the terminal")?.into())
}

fn split(
    text: &SecretString,
    members: &[CredentialMember],
) -> anyhow::Result<Vec<(CredentialMember, SecretString)>> {
    let lines: Vec<_> = text.expose_secret().lines().collect();
    let names = || members.iter().map(|member| member.name()).collect::<Vec<_>>().join(", ");
    if lines.len() != members.len() {
        bail!("expected one line each for {}; there are {}", names(), lines.len());
    }
    Ok(members.iter().copied().zip(lines.into_iter().map(SecretString::from)).collect())
}
