//! Templates: find them as a printed code names them.

use cheti_shared::ids::TemplateId;
use cheti_shared::qr::template::Template;

use super::desk::Desk;
use super::error::AppError;
use super::ports::store::Collection;

/// Every template whose digest begins with `id`: the id is short and only a hint (QR.md, Payload).
pub fn templates_with_id(desk: &Desk, id: TemplateId) -> Result<Vec<Template>, AppError> {
    let mut found = Vec::new();
    desk.each(Collection::Template, &id.0, |_, octets| {
        found.push(Template::parse(octets)?);
        Ok(())
    })?;
    Ok(found)
}
