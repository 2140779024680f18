import bundle from "swagger-ui-dist/swagger-ui-bundle.js?url";
import style from "swagger-ui-dist/swagger-ui.css?url";

interface Options {
  url: string;
  dom_id: string;
  validatorUrl: null;
  tryItOutEnabled: boolean;
  persistAuthorization: boolean;
}

declare global {
  interface Window {
    SwaggerUIBundle?: (options: Options) => void;
  }
}

/** Add an element of this origin to the page and wait until it is loaded. */
function load(element: HTMLScriptElement | HTMLLinkElement): Promise<void> {
  return new Promise((resolve, reject) => {
    element.addEventListener("load", () => { resolve(); });
    element.addEventListener("error", () => { reject(new Error("the documentation could not be loaded")); });
    document.head.append(element);
  });
}

const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: style });
const script = Object.assign(document.createElement("script"), { src: bundle });
await Promise.all([load(sheet), load(script)]);
window.SwaggerUIBundle?.({
  url: "/api/v1/openapi.json",
  dom_id: "#docs",
  validatorUrl: null,
  tryItOutEnabled: true,
  persistAuthorization: false,
});
