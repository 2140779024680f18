import { createContext } from "react";
import type { SignIn } from "../live/sign-in";

/** The way in for a person without a token. */
export const SignInContext = createContext<SignIn | null>(null);
