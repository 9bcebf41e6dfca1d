import { useCallback, useEffect, useState } from "react";

// What `ask` answers, asked again every `ms` as long as the component is shown; and a way to ask at once.
export function usePolling(ask, ms) {
  const [state, setState] = useState({ value: null, error: "" });

  const again = useCallback(
    () =>
      ask().then(
        (value) => setState({ value, error: "" }),
        (error) => setState((before) => ({ ...before, error: error.message })),
      ),
    [ask],
  );

  useEffect(() => {
    again();
    const timer = setInterval(again, ms);
    return () => clearInterval(timer);
  }, [again, ms]);

  return { ...state, again };
}
