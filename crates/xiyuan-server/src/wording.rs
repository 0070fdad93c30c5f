//! Chinese words for closed sets of the program: properties, actions, refusals. No word of a policy stands here.

use xiyuan_store::{Action, Invalid, InvalidCode};

/// Why a role may not do it.
pub fn forbidden(action: Action) -> String {
    let what = match action {
        Action::ReadRegistry => "查看园区和企业名录",
        Action::ReadFigures => "查看填报数据",
        Action::ReadSensitive => "查看敏感数据",
        Action::EditRegistry => "修改园区和企业名录",
        Action::File => "填报数据",
        Action::ImportFilings => "导入数据",
        Action::JudgeFact(role) => return format!("该事实须由“{}”认定，您的角色不能认定。", role.title()),
        Action::AddEvidence => "上传或撤回佐证材料",
        Action::Decide => "形成并签署结论",
        Action::Rule => "确定条文理解或批准例外",
        Action::Discretion(role) => {
            return format!(
                "该事项由“{}”在其管辖范围内裁量：涉及全市的由负责全市的人员决定，涉及一个园区的请选定园区。",
                role.title()
            );
        }
        Action::EditBenchmarks => "录入全市基准数据",
        Action::PublishPackages => "发布政策包",
        Action::ReadAudit => "查看审计记录",
        Action::ManageUsers => "管理用户",
        Action::ManageGrants => "管理授权",
        Action::ReadJobs => "查看全部后台任务",
    };
    format!("您的角色或授权范围不允许{what}。")
}

/// What is wrong with a value, and what to do.
pub fn invalid(invalid: &Invalid) -> String {
    let name = field(&invalid.field);
    let value = invalid.value.as_deref().map(|value| format!("“{value}”")).unwrap_or_default();
    match invalid.code {
        InvalidCode::UsccMalformed => {
            format!("统一社会信用代码{value}应为 18 位数字和大写字母（不含 I、O、S、V、Z），请核对营业执照。")
        }
        InvalidCode::UsccCheckDigit => {
            format!("统一社会信用代码{value}的校验码不符。如与营业执照一致，请确认后再提交。")
        }
        InvalidCode::Duplicate => format!("{name}{value}已存在，请核对是否重复登记。"),
        InvalidCode::Required => format!("{name}不能为空。"),
        InvalidCode::Malformed => format!("{name}{value}的格式不正确。"),
        InvalidCode::Dates => format!("{name}{value}的起止日期有误：结束不能早于开始，期间不能重叠。"),
        InvalidCode::Unknown => format!("{name}{value}不存在，或不在您的权限范围内。"),
        InvalidCode::TooLarge => format!("{name}{value}超过允许的上限。"),
        InvalidCode::RolesExclude => "这些角色互相排斥，不能授予同一人。".to_owned(),
        InvalidCode::State if invalid.field == "frozenOn" => {
            format!("该基准已于{value}冻结，当日不能再改；确需更正的，请以更晚的冻结日期另录一版。")
        }
        InvalidCode::State => "当前状态不允许此操作，请刷新后查看最新状态。".to_owned(),
        InvalidCode::Credentials => "用户名或密码不正确。".to_owned(),
        InvalidCode::WeakPassword => {
            "新密码强度不足：至少 10 位，并含大写字母、小写字母、数字、其他字符中的三类。".to_owned()
        }
    }
}

/// Properties of registry rows and requests.
pub fn field(id: &str) -> &str {
    match id {
        "name" => "名称",
        "code" => "编码",
        "district" => "所属市(县)区",
        "operator" => "运营管理主体",
        "leadingIndustry" | "industry" => "主导产业",
        "address" => "地址",
        "fourSides" => "四至范围",
        "recognisedOn" => "认定日期",
        "uscc" => "统一社会信用代码",
        "confirmCheckDigit" => "校验码人工确认",
        "isDemo" => "演示数据",
        "park" => "园区",
        "enterprise" => "企业",
        "parent" => "上级机构",
        "kind" => "类别",
        "from" | "since" => "开始日期",
        "to" => "结束日期",
        "period" => "期间",
        "form" => "表单",
        "subject" => "填报对象",
        "values" => "填报内容",
        "reason" => "理由",
        "value" => "取值",
        "asOf" => "数据时点",
        "after" => "分页游标",
        "password" | "next" => "新密码",
        "current" => "当前密码",
        "username" => "用户名",
        "note" => "说明",
        "file" | "content" => "文件",
        "year" => "年度",
        "digest" => "政策版本",
        "source" => "数据来源",
        "unit" => "单位",
        "frozenOn" => "冻结日期",
        "until" => "截止日期",
        "basis" => "批准依据",
        "decision" => "裁量内容",
        other => other,
    }
}

/// Actions of the audit trail, `<verb>_<resource>`.
pub fn audit_action(action: &str) -> String {
    let (verb, resource) = action.split_once('_').unwrap_or((action, ""));
    let verb = match verb {
        "create" | "insert" => "新增",
        "update" => "修改",
        "delete" | "withdraw" => "撤回",
        "log" => return if resource == "in" { "登录".to_owned() } else { "退出登录".to_owned() },
        "end" => "结束",
        "read" => "查看",
        "export" => "导出",
        "judge" => "认定",
        "publish" | "apply" => "发布",
        "undo" | "revoke" => "撤销",
        "cancel" => "取消",
        "stage" => "暂存",
        "bootstrap" => "初始化",
        "give" => "授予",
        "take" => "收回",
        "set" | "put" => "设置",
        "unlock" => "解锁",
        "change" => "变更",
        "refuse" => "拒绝",
        "discard" => "作废",
        "restore" => "恢复",
        "replay" => "重算",
        "freeze" => "冻结",
        "rule" => "裁定",
        _ => return action.to_owned(),
    };
    let resource = match resource {
        "organisation" => "机构",
        "park" | "parks" => "园区",
        "enterprise" | "enterprises" => "企业",
        "membership" | "memberships" => "入园关系",
        "industry" | "industries" => "主导产业",
        "filing" | "filings" => "填报",
        "figure" => "指标明细",
        "target" => "目标明细",
        "import" => "导入",
        "evidence" => "佐证材料",
        "fact" => "事实认定",
        "decision" => "结论",
        "ruling" | "rulings" => "裁定",
        "reading" => "条文理解",
        "exception" => "例外",
        "discretion" => "裁量",
        "benchmark" => "全市基准",
        "package" | "default_package" => "政策包",
        "policy_draft" => "政策草稿",
        "policy_version" => "政策版本",
        "session" => "会话",
        "password" => "密码",
        "user" | "active" => "用户",
        "grant" => "授权",
        other => other,
    };
    format!("{verb}{resource}")
}
