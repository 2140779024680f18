"""The true root template: deployed by SAM CLI to the embedded endpoint, and updated while events flow."""
