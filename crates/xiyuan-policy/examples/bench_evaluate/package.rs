//! The package that is measured.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use xiyuan_policy::compile::compile;
use xiyuan_policy::package::{FieldType, Origin, Package, Subject};
use xiyuan_policy::source::SourceFile;

/// The policy as data, with further filed numbers so that an enterprise has as many fields as asked for.
pub fn package(fields: usize) -> Result<Package, Box<dyn Error>> {
    let policies = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    let mut files = read(&policies.join("wuxi-2023"))?;
    files.push(SourceFile::new("indicators/sixty.toml", sixty()));
    let compiled = compile(&files, &[read(&policies.join("common"))?]);
    let Some(mut package) = compiled.package else {
        return Err(format!("{:?}", compiled.diagnostics).into());
    };
    let is_number = |field: &&xiyuan_policy::package::Field| {
        field.subject == Subject::Enterprise
            && field.ty == FieldType::Decimal
            && !matches!(field.origin, Origin::Derived { .. })
    };
    let model = package.fields.iter().find(is_number).ok_or("the package files no number")?.clone();
    let filed = |package: &Package| {
        let of_enterprises = package.fields.iter().filter(|field| field.subject == Subject::Enterprise);
        of_enterprises.filter(|field| !matches!(field.origin, Origin::Derived { .. })).count()
    };
    while filed(&package) < fields {
        let mut field = model.clone();
        field.key = format!("further_{}", package.fields.len());
        field.id = format!("enterprise.{}", field.key);
        package.fields.push(field);
    }
    Ok(package)
}

/// Sixty figures of a park: shares, sums over sums, filtered and plain (演示数据; they stand for any package's).
fn sixty() -> String {
    let filters = ["", " FILTER (WHERE enterprise.is_leading)", " FILTER (WHERE enterprise.is_above_scale)"];
    let tops = ["revenue", "output", "value_added", "profit", "tax"];
    let mut text = String::new();
    let mut number = 0;
    for below in ["revenue", "output", "value_added", "tax"] {
        for top in tops {
            for filter in filters {
                let formula = format!("sum(enterprise.{top}){filter} / sum(enterprise.{below})");
                number += 1;
                let of_one = format!(
                    "[indicator.sixty_{number}]\nname = \"演示指标{number}\"\nsubject = \"park\"\nunit = \"%\"\n\
                     decimals = 2\nsource = \"测量用，演示数据\"\nbasis = \"待核\"\nformula = \"{formula}\"\n\n"
                );
                text.push_str(&of_one);
            }
        }
    }
    text
}

fn read(folder: &Path) -> Result<Vec<SourceFile>, Box<dyn Error>> {
    let mut files = Vec::new();
    let mut open: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let inside = path.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
            files.push(SourceFile::new(inside, fs::read_to_string(&path)?));
        }
    }
    Ok(files)
}
