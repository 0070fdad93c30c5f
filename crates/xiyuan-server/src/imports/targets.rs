//! What columns of a file can be: the keys and properties of each kind, and the fields of a form.

use xiyuan_policy::{
    package::{Field, Form, Package, Subject},
    plan::FieldIx,
};

use super::types::{ImportField, ImportKind};
use crate::{
    error::{ApiError, ApiResult},
    filings::values::find_form,
};

/// How cells of a column are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadAs {
    /// A credit code.
    Code,
    /// Text.
    Text,
    /// A day.
    Date,
    /// A code or name of the industries' catalogue.
    Industry,
    /// A field of the form.
    Field(FieldIx),
}

/// Something a column can be matched to.
#[derive(Clone, Debug)]
pub struct Target {
    /// Id as the API names it.
    pub id: String,
    /// Name as shown and as expected in the head.
    pub name: String,
    /// Other names that heads carry.
    pub aliases: &'static [&'static str],
    /// Unit in which it is stored.
    pub unit: Option<String>,
    /// The file is of no use without this column.
    pub is_required: bool,
    /// How cells are read.
    pub read_as: ReadAs,
}

const USCC: &[&str] = &["社会信用代码", "信用代码", "统一信用代码", "税号", "纳税人识别号"];
const ENTERPRISE: &[&str] = &["单位名称", "单位详细名称", "法人单位名称", "公司名称", "名称", "企业"];
const PARK: &[&str] = &["园区", "名称", "特色产业园区名称", "所在园区", "所属园区"];
const DISTRICT: &[&str] = &["所属区", "市(县)区", "县区", "区县", "所属区域", "属地", "区域", "所在区"];
const INDUSTRY: &[&str] = &["所属产业", "所属集群", "产业集群", "主导产业名称", "主导产业代码", "产业"];

fn own(id: &str, name: &str, aliases: &'static [&'static str], is_required: bool, read_as: ReadAs) -> Target {
    Target { id: id.to_owned(), name: name.to_owned(), aliases, unit: None, is_required, read_as }
}

/// Targets of a kind; of filings, those of the form.
pub fn targets(package: Option<&Package>, kind: ImportKind, form: Option<&str>) -> ApiResult<Vec<Target>> {
    let name = |id: &str, name: &str, aliases, required| own(id, name, aliases, required, ReadAs::Text);
    Ok(match kind {
        ImportKind::Parks => vec![
            name("name", "园区名称", PARK, true),
            name("code", "园区编码", &["编码", "编号", "园区代码"], false),
            name("district", "所属市(县)区", DISTRICT, true),
            name("operator", "运营管理主体", &["运营主体", "管理主体", "运营单位", "运营公司"], false),
            own("leadingIndustry", "主导产业", INDUSTRY, false, ReadAs::Industry),
            name("address", "地址", &["园区地址", "详细地址"], false),
            name("fourSides", "四至范围", &["四至", "四至边界"], false),
            own("recognisedOn", "认定日期", &["认定时间"], false, ReadAs::Date),
            own("since", "主导产业起始日期", &["起始日期"], false, ReadAs::Date),
        ],
        ImportKind::Enterprises => vec![
            own("uscc", "统一社会信用代码", USCC, true, ReadAs::Code),
            name("name", "企业名称", ENTERPRISE, true),
            name("district", "所属市(县)区", DISTRICT, true),
            name("address", "地址", &["企业地址", "注册地址", "详细地址"], false),
            own("leadingIndustry", "主导产业", INDUSTRY, false, ReadAs::Industry),
            own("since", "产业起始日期", &["起始日期"], false, ReadAs::Date),
        ],
        ImportKind::Memberships => vec![
            own("uscc", "统一社会信用代码", USCC, true, ReadAs::Code),
            name("name", "企业名称", ENTERPRISE, false),
            name("park", "园区名称", &["园区", "所在园区", "所属园区", "入驻园区"], true),
            own("from", "入园日期", &["入驻日期", "开始日期", "起始日期", "入园时间"], true, ReadAs::Date),
            own("to", "离园日期", &["退出日期", "结束日期", "终止日期", "离园时间"], false, ReadAs::Date),
        ],
        ImportKind::Filings => return of_form(package, form),
    })
}

fn of_form(package: Option<&Package>, form: Option<&str>) -> ApiResult<Vec<Target>> {
    let package =
        package.ok_or_else(|| ApiError::refused("no-policy", "尚未发布政策包，不能导入填报数据。"))?;
    let id = form.ok_or_else(|| ApiError::field("form", "required", "请选择要导入的报表。"))?;
    let form = find_form(package, id)
        .ok_or_else(|| ApiError::field("form", "unknown-form", format!("没有表单“{id}”。")))?;
    let mut targets = match form.subject {
        Subject::Enterprise => vec![
            own("uscc", "统一社会信用代码", USCC, true, ReadAs::Code),
            own("name", "企业名称", ENTERPRISE, false, ReadAs::Text),
        ],
        Subject::Park => vec![own("name", "园区名称", PARK, true, ReadAs::Text)],
        Subject::City | Subject::Group(_) | Subject::Record(_) => {
            return Err(ApiError::field("form", "not-importable", "全市基准数据不能用表格导入。"));
        }
    };
    targets.extend(fields(package, form).map(|(index, field)| Target {
        id: field.id.clone(),
        name: field.name.clone(),
        aliases: &[],
        unit: field.unit.clone(),
        is_required: false,
        read_as: ReadAs::Field(index),
    }));
    Ok(targets)
}

/// Fields of a form with their positions in the package.
pub fn fields<'p>(package: &'p Package, form: &'p Form) -> impl Iterator<Item = (FieldIx, &'p Field)> {
    form.sections
        .iter()
        .flat_map(|section| &section.fields)
        .map(|index| (*index, &package.fields[index.index()]))
}

/// Targets as the API lists them.
pub fn shown(targets: &[Target], package: Option<&Package>) -> Vec<ImportField> {
    let is_required = |target: &Target| match (target.read_as, package) {
        (ReadAs::Field(index), Some(package)) => package.fields[index.index()].required,
        _ => target.is_required,
    };
    targets
        .iter()
        .map(|target| ImportField {
            id: target.id.clone(),
            name: target.name.clone(),
            unit: target.unit.clone(),
            required: is_required(target),
        })
        .collect()
}
