import { useEffect, useState } from "react";

import { getSession, signIn, signOut } from "./api.js";
import { Documents } from "./Documents.jsx";
import { Health } from "./Health.jsx";

// Compiled in: the image is built once for Auth0 and once without.
const USE_AUTH0 = import.meta.env.VITE_USE_AUTH0 === "true";

function SignIn({ onDone }) {
  const [error, setError] = useState("");

  async function submit(form) {
    try {
      onDone(await signIn(form.get("email"), form.get("password")));
    } catch (failure) {
      setError(failure.message);
    }
  }

  if (USE_AUTH0) return <p>Sign in with Auth0.</p>;
  return (
    <form action={submit}>
      <input name="email" type="email" placeholder="Email" autoComplete="username" required />
      <input name="password" type="password" placeholder="Password" autoComplete="current-password" required />
      <button>Sign in</button>
      <output role="alert">{error}</output>
    </form>
  );
}

export function App() {
  const [session, setSession] = useState({ email: null });

  useEffect(() => {
    getSession().then(setSession, () => {});
  }, []);

  return (
    <main>
      <h1>Experio</h1>
      {session.email ? (
        <>
          <p>
            {session.email} <button onClick={() => signOut().then(setSession)}>Sign out</button>
          </p>
          <Documents />
        </>
      ) : (
        <SignIn onDone={setSession} />
      )}
      <Health />
    </main>
  );
}
