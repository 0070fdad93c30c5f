import prettier from "eslint-config-prettier";
import vue from "eslint-plugin-vue";
import ts from "typescript-eslint";

export default ts.config(
    { ignores: ["dist", "node_modules", "components.d.ts", "src/api/schema.ts"] },
    ...ts.configs.strict,
    ...vue.configs["flat/recommended"],
    {
        files: ["**/*.vue"],
        languageOptions: { parserOptions: { parser: ts.parser } },
    },
    {
        rules: {
            "vue/multi-word-component-names": "error",
            "vue/require-default-prop": "off",
            "vue/no-v-html": "error",
            "vue/max-attributes-per-line": "off",
            "no-restricted-globals": ["error", { name: "parseFloat", message: "金额与面积不用浮点数" }],
            "no-eval": "error",
            "no-console": "error",
            "max-lines": ["error", { max: 300, skipBlankLines: false }],
        },
    },
    prettier,
);
