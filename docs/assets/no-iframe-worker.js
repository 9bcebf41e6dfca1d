// The site's search is a Worker, which no browser starts from file://. There, its script runs in a hidden frame instead.
// Without this file the site would load a script of a CDN for that; zensical looks for `iframe-worker` in the name.
if (location.protocol === "file:") {
  window.Worker = class {
    constructor(url) {
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      document.body.append(this.frame);
      const { contentWindow: inside, contentDocument: page } = this.frame;
      inside.postMessage = (data) => setTimeout(() => this.onmessage?.({ data }));
      const script = page.createElement("script");
      script.src = new URL(url, location);
      this.loaded = new Promise((done) => script.addEventListener("load", done));
      page.head.append(script);
    }

    async postMessage(data) {
      await this.loaded;
      this.frame.contentWindow?.dispatchEvent(new MessageEvent("message", { data }));
    }

    terminate() {
      this.frame.remove();
    }
  };
}
