// What a developer copies, in five languages, with the address of this installation in it. Pure texts: a test runs them.

export const LANGUAGES = ['curl', 'JavaScript', 'Python', 'PHP', 'C#'] as const
export type Language = (typeof LANGUAGES)[number]

export interface Place { url: string, clientId: string, clientSecret: string }

export type Step = 'token' | 'call' | 'pages' | 'write' | 'receive'

type Snippets = Readonly<Record<Step, Readonly<Record<Language, (place: Place) => string>>>>

const api = ({ url }: Place): string => `${url}/api/external/v1`

/** Each continues the one before it: `token` first. */
export const SNIPPETS: Snippets = {
  token: {
    curl: place => `TOKEN=$(curl -sS ${api(place)}/auth/token \\
  -u '${place.clientId}:${place.clientSecret}' -d grant_type=client_credentials \\
  | sed -E 's/.*"access_token":"([^"]+)".*/\\1/')`,
    JavaScript: place => `const answer = await fetch('${api(place)}/auth/token', {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ client_id: '${place.clientId}', client_secret: '${place.clientSecret}' })
})
if (!answer.ok) throw new Error(await answer.text())
const { access_token: token } = await answer.json() // good for 3600 s: keep it`,
    Python: place => `import json, urllib.request

def send(method, path, body=None, headers={}):
    request = urllib.request.Request('${api(place)}' + path, method=method, headers={'content-type': 'application/json', **headers},
                                     data=None if body is None else json.dumps(body).encode())
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)

token = send('POST', '/auth/token', {'client_id': '${place.clientId}', 'client_secret': '${place.clientSecret}'})['access_token']`,
    PHP: place => `<?php
function send(string $method, string $path, ?array $body = null, array $headers = []): array {
    $context = stream_context_create(['http' => [
        'method' => $method, 'header' => array_merge(['content-type: application/json'], $headers),
        'content' => $body === null ? '' : json_encode($body),
    ]]);
    return json_decode(file_get_contents('${api(place)}' . $path, false, $context), true);
}
$token = send('POST', '/auth/token', ['client_id' => '${place.clientId}', 'client_secret' => '${place.clientSecret}'])['access_token'];`,
    'C#': place => `using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

var http = new HttpClient { BaseAddress = new Uri("${api(place)}/") };
var minted = await http.PostAsJsonAsync("auth/token", new { client_id = "${place.clientId}", client_secret = "${place.clientSecret}" });
minted.EnsureSuccessStatusCode();
var token = (await minted.Content.ReadFromJsonAsync<JsonObject>())!["access_token"]!.GetValue<string>();
http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);`
  },
  call: {
    curl: place => `curl -sS ${api(place)}/meta -H "authorization: Bearer $TOKEN"`,
    JavaScript: place => `const meta = await (await fetch('${api(place)}/meta', { headers: { authorization: \`Bearer \${token}\` } })).json()
console.log(meta.operations.map(operation => operation.id))`,
    Python: () => `auth = {'authorization': 'Bearer ' + token}
meta = send('GET', '/meta', headers=auth)
print([operation['id'] for operation in meta['operations']])`,
    PHP: () => `$auth = ['authorization: Bearer ' . $token];
$meta = send('GET', '/meta', null, $auth);
print_r(array_column($meta['operations'], 'id'));`,
    'C#': () => `var meta = await http.GetFromJsonAsync<JsonObject>("meta");
foreach (var operation in meta!["operations"]!.AsArray()) Console.WriteLine(operation!["id"]);`
  },
  write: {
    curl: place => `curl -sS ${api(place)}/products/sku:LANTERN-01 -X PATCH -H "authorization: Bearer $TOKEN" \\
  -H 'content-type: application/json' -H 'prefer: upsert' -H 'idempotency-key: lantern-1' -d '{ "name": "White metal lantern" }'`,
    JavaScript: place => `const saved = await fetch('${api(place)}/products/sku:LANTERN-01', {
  method: 'PATCH',
  headers: { authorization: \`Bearer \${token}\`, 'content-type': 'application/json', prefer: 'upsert', 'idempotency-key': 'lantern-1' },
  body: JSON.stringify({ name: 'White metal lantern' })
})
if (!saved.ok) throw new Error((await saved.json()).detail)
console.log((await saved.json()).product.id)`,
    Python: () =>
      `saved = send('PATCH', '/products/sku:LANTERN-01', {'name': 'White metal lantern'}, {**auth, 'prefer': 'upsert', 'idempotency-key': 'lantern-1'})
print(saved['product']['id'])`,
    PHP: () =>
      `$saved = send('PATCH', '/products/sku:LANTERN-01', ['name' => 'White metal lantern'],
        array_merge($auth, ['prefer: upsert', 'idempotency-key: lantern-1']));
echo $saved['product']['id'];`,
    'C#': () =>
      `var request = new HttpRequestMessage(HttpMethod.Patch, "products/sku:LANTERN-01") { Content = JsonContent.Create(new { name = "White metal lantern" }) };
request.Headers.Add("Prefer", "upsert");
request.Headers.Add("Idempotency-Key", "lantern-1");
var saved = await http.SendAsync(request);
saved.EnsureSuccessStatusCode();`
  },
  pages: {
    curl: place => `CURSOR=; while
  PAGE=$(curl -sS "${api(place)}/products?limit=200&$CURSOR" -H "authorization: Bearer $TOKEN")
  echo "$PAGE"
  NEXT=$(echo "$PAGE" | sed -nE 's/.*"nextCursor":"([^"]+)".*/\\1/p')
  [ -n "$NEXT" ]; do CURSOR="cursor=$NEXT"; done`,
    JavaScript: place => `let cursor = ''
do {
  const page = await (await fetch(\`${api(place)}/products?limit=200\${cursor}\`, { headers: { authorization: \`Bearer \${token}\` } })).json()
  for (const product of page.data) console.log(product.sku)
  cursor = page.nextCursor === null ? null : \`&cursor=\${encodeURIComponent(page.nextCursor)}\`
} while (cursor !== null)`,
    Python: () => `from urllib.parse import quote
cursor = ''
while cursor is not None:
    page = send('GET', '/products?limit=200' + (cursor and '&cursor=' + quote(cursor)), headers=auth)
    for product in page['data']:
        print(product['sku'])
    cursor = page['nextCursor']`,
    PHP: () => `$cursor = '';
while ($cursor !== null) {
    $page = send('GET', '/products?limit=200' . ($cursor === '' ? '' : '&cursor=' . urlencode($cursor)), null, $auth);
    foreach ($page['data'] as $product) echo $product['sku'], "\\n";
    $cursor = $page['nextCursor'];
}`,
    'C#': () => `string? cursor = "";
while (cursor is not null)
{
    var page = await http.GetFromJsonAsync<JsonObject>("products?limit=200" + (cursor == "" ? "" : "&cursor=" + Uri.EscapeDataString(cursor)));
    foreach (var product in page!["data"]!.AsArray()) Console.WriteLine(product!["sku"]);
    cursor = page["nextCursor"]?.GetValue<string>();
}`
  },
  receive: {
    curl: () => `# A webhook is a call to you. This is what it looks like:
curl -X POST https://erp.example.com/hooks/wms -u 'user:password' -H 'content-type: application/json' \\
  -H 'webhook-id: evt_01JB3ZK6Q0T8X4M2N7C9V5W1YD' -H 'webhook-timestamp: 1764000000' -H 'webhook-previous-sequence: 41' -d @event.json`,
    JavaScript: () => `import { createServer } from 'node:http'
import { timingSafeEqual } from 'node:crypto'

const expected = Buffer.from('Basic ' + Buffer.from('user:password').toString('base64'))
const seen = new Set() // keep it in your database

createServer((request, response) => {
  const given = Buffer.from(request.headers.authorization ?? '')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return response.writeHead(401).end()
  let body = ''
  request.on('data', chunk => { body += chunk }).on('end', () => {
    if (!seen.has(request.headers['webhook-id'])) {
      seen.add(request.headers['webhook-id'])
      const event = JSON.parse(body)
      console.log(event.sequence, event.type, event.subject.id) // store it, work on it later
    }
    response.writeHead(204).end() // answer at once
  })
}).listen(Number(process.env.PORT ?? 4000))`,
    Python: () => `import base64, hmac, json, os
from http.server import BaseHTTPRequestHandler, HTTPServer

EXPECTED = 'Basic ' + base64.b64encode(b'user:password').decode()
seen = set()  # keep it in your database

class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers['content-length']))
        right = hmac.compare_digest(self.headers.get('authorization', ''), EXPECTED)
        if right and self.headers['webhook-id'] not in seen:
            seen.add(self.headers['webhook-id'])
            event = json.loads(body)
            print(event['sequence'], event['type'], event['subject']['id'], flush=True)
        self.send_response(204 if right else 401)
        self.end_headers()

HTTPServer(('127.0.0.1', int(os.environ.get('PORT', '4000'))), Receiver).serve_forever()`,
    PHP: () => `<?php
if (!hash_equals('Basic ' . base64_encode('user:password'), $_SERVER['HTTP_AUTHORIZATION'] ?? '')) { http_response_code(401); exit; }
$event = json_decode(file_get_contents('php://input'), true);
// Skip an id that you have seen, store the rest, work on it later.
error_log($_SERVER['HTTP_WEBHOOK_ID'] . ' ' . $event['type'] . ' ' . $event['subject']['id']);
http_response_code(204);`,
    'C#': () => `using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

var app = WebApplication.Create(args);
var expected = Encoding.UTF8.GetBytes("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("user:password")));
app.MapPost("/hooks/wms", async (HttpRequest request) =>
{
    if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(request.Headers.Authorization.ToString()), expected)) return Results.Unauthorized();
    var @event = await JsonNode.ParseAsync(request.Body);
    // Skip a webhook-id that you have seen, store the rest, work on it later.
    Console.WriteLine($"{request.Headers["webhook-id"]} {@event!["type"]}");
    return Results.NoContent();
});
app.Run();`
  }
}
