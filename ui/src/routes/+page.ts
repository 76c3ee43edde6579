import { chooseHost } from '$lib/host/choose';

export const load = async () => ({ host: await chooseHost() });
