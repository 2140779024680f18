// Reads the stand-in with tmi.js and twurple and prints what they understood, as one JSON object.
import { ApiClient } from '@twurple/api';
import { StaticAuthProvider } from '@twurple/auth';
import { EventSubWsListener } from '@twurple/eventsub-ws';
import tmi from 'tmi.js';

const [port, channel, count] = [process.argv[2], process.argv[3], Number(process.argv[4])];
const heard = { irc: [], eventsub: [], users: [], streams: [], connects: 0 };

const chat = new tmi.Client({
	connection: { server: '127.0.0.1', port: Number(port), secure: false, reconnect: true },
	channels: [channel],
	logger: { info() {}, warn() {}, error() {} },
});
const hears = (_, tags, text) => {
	heard.irc.push({ id: tags.id, text, user: tags['user-id'], first: tags['first-msg'] === true, emotes: tags.emotes });
	finish();
};
chat.on('message', hears);
chat.on('cheer', hears);

const authProvider = new StaticAuthProvider('standin-client', 'standin-token');
const api = new ApiClient({ authProvider, logger: { minLevel: 'CRITICAL' } });
const user = await api.users.getUserByName(channel);
heard.users.push(user.id);
const stream = await api.streams.getStreamByUserName(channel);
heard.streams.push([stream.userName, stream.viewers, stream.gameName]);
const listener = new EventSubWsListener({ apiClient: api, logger: { minLevel: 'CRITICAL' } });
listener.onUserSocketReady(() => { heard.connects += 1; });
const subscribed = new Promise(resolve => listener.onSubscriptionCreateSuccess(resolve));
listener.onSubscriptionCreateFailure((_, error) => { console.error(String(error)); process.exit(1); });
listener.onChannelChatMessage(user.id, '900001', event => {
	heard.eventsub.push({ id: event.messageId, text: event.messageText, user: event.chatterId });
	finish();
});
listener.start();
await subscribed;
await chat.connect();
console.error('ready');

function finish() {
	const seen = leg => new Set(leg.map(one => one.id)).size;
	if (seen(heard.irc) >= count && seen(heard.eventsub) >= count) {
		process.stdout.write(JSON.stringify(heard) + '\n', () => process.exit(0));
	}
}
