//! API keys: mint one (two people confirm it), list them, recognise a token.

use super::desk::Desk;
use super::error::AppError;
use super::ports::store::{Collection, Key};
use crate::domain::api_key::{ApiKey, Scope, Token, mint};
use crate::domain::change::What;

/// A new key as a change to be confirmed, and its token, which is shown once and kept nowhere.
pub fn mint_api_key(
    desk: &Desk,
    name: &str,
    scopes: Vec<Scope>,
) -> Result<(What, String), AppError> {
    let id = format!("{:08x}", u32::from_be_bytes(desk.random()?));
    let (token, secret) = mint(&id, &desk.random()?);
    Ok((
        What::AddApiKey {
            id,
            name: name.to_owned(),
            scopes,
            secret,
        },
        token,
    ))
}

/// Every key, by id.
pub fn list_api_keys(desk: &Desk) -> Result<Vec<ApiKey>, AppError> {
    desk.all(Collection::ApiKey, b"")
}

/// The key whose token this is; `None` for any other text, whatever is wrong with it.
pub fn recognise_token(desk: &Desk, text: &str) -> Result<Option<ApiKey>, AppError> {
    let Some(token) = Token::parse(text) else {
        return Ok(None);
    };
    let found = desk.find::<ApiKey>(Key::new(Collection::ApiKey, token.id))?;
    Ok(found
        .map(|found| found.value)
        .filter(|key| key.matches(&token)))
}
