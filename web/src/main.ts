import { createPinia } from "pinia";
import { createApp } from "vue";
import "element-plus/es/components/message/style/css";
import "element-plus/es/components/message-box/style/css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/print.css";
import AppRoot from "./app/AppRoot.vue";
import { createAppRouter } from "./app/router";

const app = createApp(AppRoot);
app.use(createPinia());
app.use(createAppRouter());
app.mount("#app");
