import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// `npm run dev` shows the client on its own port and asks a server on 8000.
const server = { target: "http://127.0.0.1:8000", changeOrigin: true };

export default defineConfig({
  plugins: [react()],
  server: { proxy: { "/api": server, "/health": server } },
});
