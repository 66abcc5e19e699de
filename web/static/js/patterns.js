import { CopyText } from "./pattern-copy.js"
import { PatternForm } from "./pattern-form.js"
import { PatternPanel } from "./pattern-panel.js"

// The elements of the gallery. They begin and end with the pages that hold them.
customElements.define("copy-text", CopyText)
customElements.define("pattern-form", PatternForm)
customElements.define("pattern-panel", PatternPanel)
