/** What runs in a holder, as text for the shell and the node of its image. */

/**
 * Its first process: loads the rules of its argument, or ends, with 126 where there is no nft. Then it becomes `nft monitor`: 2 MiB
 * that stay until they are stopped, and lines in its log for each change of the rules. A shell, as a node would start beside the one
 * that loads and tries, which an agent waits for.
 */
export const HOLDING = `command -v nft >/dev/null || { echo 'nft: not found' >&2; exit 126; }
printf %s "$1" | nft -f - || nft list table inet seal >/dev/null || exit 1
exec nft monitor`

/** Loads rules, if any, tries, and lists before and after. Arguments: the rules, the tries as JSON. Node 22. */
export const TRYING = `
const {spawnSync}=require('node:child_process'),net=require('node:net'),dgram=require('node:dgram');
const [rules,tries]=process.argv.slice(1);
const nft=(args,input)=>{
  const {status,error,stdout,stderr}=spawnSync('nft',args,{input,maxBuffer:2**20});
  if(status===0)return String(stdout);
  process.stderr.write(error?'nft: '+error.code:String(stderr));
  process.exit(['ENOENT','EACCES'].includes(error?.code)?126:1);
};
const list=()=>nft(['-j','list','ruleset']);
const tcp=({ip,port},end)=>{
  const socket=net.connect({host:ip,port});
  socket.once('connect',()=>end('connected')).once('error',({code})=>end(code));
  return ()=>socket.destroy();
};
const udp=({ip,port},end)=>{
  const socket=dgram.createSocket('udp4');
  socket.once('error',({code})=>end(code)).once('message',()=>end('answered'));
  socket.send('hello',port,ip,(error)=>error&&end(error.code));
  return ()=>socket.close();
};
const attempt=(each)=>new Promise((resolve)=>{
  let close;
  const end=(said)=>{
    clearTimeout(timer);
    resolve(said);
    if(close!==undefined)setImmediate(close);
    close=undefined;
  };
  const timer=setTimeout(()=>end('silent'),1000);
  close=(each.kind==='tcp'?tcp:udp)(each,end);
});
if(rules!=='')nft(['-f','-'],rules);
const before=list();
Promise.all(JSON.parse(tries).map(attempt)).then((said)=>console.log(JSON.stringify({before,said,after:list()})));
`
