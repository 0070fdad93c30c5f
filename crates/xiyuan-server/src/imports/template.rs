//! An empty spreadsheet to fill in: heads with units, and a hidden sheet that says what it is for.

use xiyuan_policy::package::{FieldType, Package};
use xiyuan_sheets::{SheetWriter, WriteColumn, WriteKind};

use super::{
    targets::{ReadAs, Target, targets},
    types::ImportKind,
};
use crate::{
    error::{ApiError, ApiResult},
    filings::{form_name, period_of, values::find_form},
};

/// Name and bytes of a template.
pub fn template(
    package: Option<&Package>,
    kind: ImportKind,
    form: Option<&str>,
    period: Option<&str>,
) -> ApiResult<(String, Vec<u8>)> {
    let targets = targets(package, kind, form)?;
    let mut meta = vec![("kind".to_owned(), kind_word(kind).to_owned())];
    let mut title = match kind {
        ImportKind::Parks => "园区".to_owned(),
        ImportKind::Enterprises => "企业".to_owned(),
        ImportKind::Memberships => "企业入园关系".to_owned(),
        ImportKind::Filings => form_name(package, form.unwrap_or_default()),
    };
    if let (ImportKind::Filings, Some(package), Some(form)) = (kind, package, form) {
        meta.push(("form".to_owned(), form.to_owned()));
        meta.push(("package".to_owned(), package.digest.clone()));
        if let (Some(period), Some(form)) = (period.filter(|text| !text.is_empty()), find_form(package, form))
        {
            meta.push(("period".to_owned(), period_of(form, period)?.to_string()));
            title = format!("{title}{period}");
        }
    }
    let columns = targets.iter().map(|target| column(package, target)).collect();
    let writer = SheetWriter::new(&title, columns, &meta).map_err(ApiError::internal)?;
    Ok((format!("{title}导入模板.xlsx"), writer.into_bytes().map_err(ApiError::internal)?))
}

fn column(package: Option<&Package>, target: &Target) -> WriteColumn {
    let mark = if target.is_required { "*" } else { "" };
    let unit = target.unit.as_ref().map(|unit| format!("（{unit}）")).unwrap_or_default();
    let kind = match (target.read_as, package) {
        (ReadAs::Date, _) => WriteKind::Date,
        (ReadAs::Field(index), Some(package)) => {
            let field = &package.fields[index.index()];
            match field.ty {
                FieldType::Decimal => WriteKind::Number(field.decimals),
                FieldType::Integer => WriteKind::Number(0),
                FieldType::Date => WriteKind::Date,
                FieldType::Text | FieldType::Bool | FieldType::Choice { .. } => WriteKind::Text,
            }
        }
        _ => WriteKind::Text,
    };
    let head = format!("{mark}{}{unit}", target.name);
    let width = u32::try_from(head.chars().count() * 2 + 4).unwrap_or(20).clamp(12, 40);
    WriteColumn { head, kind, width }
}

/// Stable word of a kind.
pub fn kind_word(kind: ImportKind) -> &'static str {
    match kind {
        ImportKind::Parks => "parks",
        ImportKind::Enterprises => "enterprises",
        ImportKind::Memberships => "memberships",
        ImportKind::Filings => "filings",
    }
}

/// The kind of a word.
pub fn kind_of(word: &str) -> Option<ImportKind> {
    [ImportKind::Parks, ImportKind::Enterprises, ImportKind::Memberships, ImportKind::Filings]
        .into_iter()
        .find(|kind| kind_word(*kind) == word)
}
